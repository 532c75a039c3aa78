// What must hold of a page's layout in any colours, language and width.

/// Targets narrower or lower than this, in CSS pixels, are too small for a finger (WCAG 2.5.5).
const TARGET = 44;

/// What is wrong with the layout as it stands: a side scroll, a target that is too small, text that is cut off.
export function layoutFaults(page) {
  return page.evaluate((least) => {
    const faults = [];
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
    const name = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 120);
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) {
      const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1);
      const innermost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
      faults.push(`side scroll: ${document.documentElement.scrollWidth} px in ${width}: ${innermost.slice(0, 3).map(name).join(' ')}`);
    }
    // A link in a sentence is as high as its line, which the rule allows.
    const inSentence = (element) => {
      if (element.localName !== 'a') return false;
      let block = element.parentElement;
      while (block && /^inline/.test(getComputedStyle(block).display)) block = block.parentElement;
      const words = (block?.textContent ?? '').replace(/[\s·|,.;:()–—、，。：；（）]/g, '').length;
      const linked = [...(block?.querySelectorAll('a') ?? [])].map((a) => a.textContent.replace(/\s/g, '').length);
      return words > linked.reduce((sum, length) => sum + length, 0);
    };
    for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
      if (!shown(element) || inSentence(element) || element.matches('.skip')) continue;
      let { width: wide, height: high } = element.getBoundingClientRect();
      if (element.matches('[type=radio], [type=checkbox]')) {
        const label = element.labels?.[0]?.getBoundingClientRect();
        if (label) [wide, high] = [Math.max(wide, label.width), Math.max(high, label.height)];
      }
      if (wide < least - 0.5 || high < least - 0.5) faults.push(`target of ${Math.round(wide)} x ${Math.round(high)}: ${name(element)}`);
    }
    for (const element of document.querySelectorAll('main :not(input, select)')) {
      const style = getComputedStyle(element);
      const clips = ['hidden', 'clip'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      if (clips && shown(element) && element.clientWidth > 1) faults.push(`cut off: ${name(element)}`);
    }
    return faults;
  }, TARGET);
}
