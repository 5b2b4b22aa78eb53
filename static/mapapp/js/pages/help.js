import { startJoinForm } from "../features/join/joinForm.js";
import { pageComplete } from "../features/trouble/trouble.js";

startJoinForm();
pageComplete();
