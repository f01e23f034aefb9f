import { el } from "./dom.js";

/** Shows what is wrong in an alert, or hides it.
 *  @param go Goes to the place; absent if there is none. */
export function showMessage(box, message, go) {
    box.hidden = !message;
    box.replaceChildren(...message ? [
        el("span", { class: "notice-text", text: message }),
        go && el("button", { type: "button", class: "small", text: "Show the place", onclick: go }),
    ].filter(Boolean) : []);
}
