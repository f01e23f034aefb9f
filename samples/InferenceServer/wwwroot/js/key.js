import { byId } from "./dom.js";

/** A server may want a key. It is held until the tab is closed, and is never part of a link. */
const Name = "harmony-key";

let key = "";
try {
    key = sessionStorage.getItem(Name) ?? "";
} catch {
    // Storage may be switched off; then the key is held until the page is left.
}

export const authorization = () => key === "" ? {} : { Authorization: `Bearer ${key}` };

export function askForKey() {
    byId("key-box").hidden = false;
}

/** Calls an action when a key was typed. */
export function onKey(action) {
    byId("key-box").addEventListener("submit", event => event.preventDefault());
    byId("key").addEventListener("change", event => {
        key = event.target.value.trim();
        try {
            sessionStorage.setItem(Name, key);
        } catch {
            // See above.
        }

        action();
    });
}
