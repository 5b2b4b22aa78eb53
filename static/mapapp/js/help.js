import { startJoinForm } from "./ui/joinForm.js";

startJoinForm();
