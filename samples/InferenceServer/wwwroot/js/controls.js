import { el } from "./dom.js";

/** Fills a list of samples that acts when one is chosen, also the same one again. */
export function fillSelect(select, names, picked) {
    select.append(
        el("option", { value: "", text: "Choose…" }), ...names.map(name => el("option", { text: name })));
    select.addEventListener("change", () => {
        const name = select.value;
        select.value = "";
        if (name) {
            picked(name);
        }
    });
}
