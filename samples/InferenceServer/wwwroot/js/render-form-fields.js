import { el } from "./dom.js";

/** A text field of an object's member. Empty removes the member. */
export function field(owner, member, label, write, { list, placeholder, hideLabel } = {}) {
    const input = el("input", {
        type: "text", value: owner[member] ?? "", list, placeholder, spellcheck: "false", autocomplete: "off",
        oninput: event => {
            set(owner, member, event.target.value);
            write();
        },
    });
    return el("label", { class: "field" }, el("span", { class: hideLabel ? "sr-only" : "", text: label }), input);
}

/** A list of choices for a member. With `none`, no choice removes the member. */
export function pick(owner, member, label, choices, write, none) {
    const select = el("select", {
        onchange: event => {
            set(owner, member, event.target.value);
            write();
        },
    }, none && el("option", { value: "", text: none }), ...choices.map(choice => el("option", { text: choice })));
    select.value = owner[member] ?? "";
    return el("label", { class: "field" }, el("span", { class: none ? "" : "sr-only", text: label }), select);
}

/** A field of several lines. */
export function area(value, label, write, properties = {}) {
    return el("label", { class: "field wide" },
        el("span", { class: "sr-only", text: label }),
        el("textarea", {
            rows: "1", spellcheck: "false", placeholder: label, ...properties,
            text: value, oninput: event => write(event.target.value, event.target),
        }));
}

export function set(owner, member, value) {
    if (value === "") {
        delete owner[member];
    } else {
        owner[member] = value;
    }
}
