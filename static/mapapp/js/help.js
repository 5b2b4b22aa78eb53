import { startJoinForm } from "./ui/joinForm.js";
import { pageComplete } from "./ui/trouble.js";

startJoinForm();
pageComplete();
