/** Makes an element. Properties that begin with `on` are listeners; `class`, `text` and `data` are what they say;
 *  properties of the element are set as such, and all others are attributes. */
export function el(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false) {
            continue;
        }

        if (name.startsWith("on")) {
            element.addEventListener(name.slice(2), value);
        } else if (name === "class") {
            element.className = value;
        } else if (name === "text") {
            element.textContent = value;
        } else if (name === "data") {
            Object.assign(element.dataset, value);
        } else if (name in element && typeof value !== "string") {
            element[name] = value;
        } else {
            element.setAttribute(name, value);
        }
    }

    // A child that is null, false or empty is none.
    element.append(...children.filter(Boolean));
    return element;
}

export const byId = id => document.getElementById(id);

/** The value of the chosen radio button of a name. */
export const chosen = name => document.querySelector(`input[name="${name}"]:checked`).value;

export function choose(name, value) {
    const input = document.querySelector(`input[name="${name}"][value="${CSS.escape(value ?? "")}"]`);
    if (input) {
        input.checked = true;
    }
}

/** Calls a function once some time after the last of several calls. The time may depend on the work. */
export function debounce(action, delay) {
    let timer;
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => action(...values), typeof delay === "function" ? delay() : delay);
    };
}

const numbers = new Intl.NumberFormat("en");
export const format = number => numbers.format(number);
export const plural = (count, one, many = `${one}s`) => `${format(count)} ${count === 1 ? one : many}`;

/** Shows a number, and what it counts in the element after it. */
export function count(id, number, one, many = `${one}s`, text = format(number)) {
    byId(id).textContent = text;
    byId(id).nextElementSibling.textContent = number === 1 ? one : many;
}

/** Text for people, in an element that screen readers follow. The same text again is not read again. */
export function say(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
