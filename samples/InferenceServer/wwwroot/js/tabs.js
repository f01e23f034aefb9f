/** Tabs by the ARIA pattern: arrow keys, Home and End move, and choose at once. */
export class Tabs {
    constructor(list, chosen) {
        this.tabs = [...list.querySelectorAll("[role=tab]")];
        this.chosen = chosen;
        for (const tab of this.tabs) {
            tab.addEventListener("click", () => this.choose(tab, true));
        }

        list.addEventListener("keydown", event => {
            const at = this.tabs.indexOf(document.activeElement);
            const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
            if (at >= 0 && target !== undefined) {
                event.preventDefault();
                const tab = this.tabs.at(target % this.tabs.length);
                tab.focus();
                this.choose(tab, true);
            }
        });
    }

    /** The name of the tab that is chosen. */
    get current() {
        return this.tabs.find(tab => tab.getAttribute("aria-selected") === "true").dataset.name;
    }

    find(name) {
        return this.tabs.find(tab => tab.dataset.name === name);
    }

    choose(tab, byHand = false) {
        for (const one of this.tabs) {
            const isChosen = one === tab;
            one.setAttribute("aria-selected", String(isChosen));
            one.tabIndex = isChosen ? 0 : -1;
            document.getElementById(one.getAttribute("aria-controls")).hidden = !isChosen;
        }

        this.chosen?.(tab.dataset.name, byHand);
    }
}
