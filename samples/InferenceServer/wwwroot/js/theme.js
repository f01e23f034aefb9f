// Runs before the page is drawn, so that it is never drawn in the wrong colours.
(() => {
    const Key = "harmony-theme";
    const Next = { auto: "light", light: "dark", dark: "auto" };

    function stored() {
        try {
            return Next[localStorage.getItem(Key)] ? localStorage.getItem(Key) : "auto";
        } catch {
            return "auto"; // storage may be switched off
        }
    }

    let theme = stored();

    function apply() {
        document.documentElement.dataset.theme = theme;
        const button = document.getElementById("theme");
        if (button) {
            button.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[theme];
            button.setAttribute("aria-label", `Colours: ${theme}. Switch to ${Next[theme]}.`);
        }
    }

    apply();
    document.addEventListener("DOMContentLoaded", () => {
        apply();
        document.getElementById("theme").addEventListener("click", () => {
            theme = Next[theme];
            try {
                localStorage.setItem(Key, theme);
            } catch {
                // The choice holds until the page is closed.
            }

            apply();
        });
    });
})();
