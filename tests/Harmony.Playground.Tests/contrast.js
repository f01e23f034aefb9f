// The texts that are shown, and whose contrast with their background is below 4.5. Disabled controls may have less.
() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data;
    };
    const light = ([red, green, blue]) => [red, green, blue].map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const background = element => {
        for (let one = element; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) {
                return colour;
            }
        }

        return [255, 255, 255, 255];
    };
    return [...document.querySelectorAll("body *")]
        .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== "")
            && element.checkVisibility() && !element.closest(":disabled, .sr-only, option"))
        .map(element => {
            const [one, other] = [light(rgba(getComputedStyle(element).color)), light(background(element))];
            return [element, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
        })
        .filter(([, contrast]) => contrast < 4.5)
        .map(([element, contrast]) => [element.className || element.tagName, element.textContent.slice(0, 30),
            contrast.toFixed(2)].join(": "));
}
