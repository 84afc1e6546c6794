/** Something that the page at hand can do, as its own buttons and tabs say it. */
export interface PageAct {
  name: string;
  /** Why it cannot act now; empty when it can. */
  reason: string;
  act: () => void;
}

const kActsMax = 40;
const kSelector = '.page-actions button, .page-actions a, .form-foot button, .section-actions button, .section-actions a, [role=tab]';

function nameOf(element: HTMLElement): string {
  return (element.getAttribute('aria-label') ?? element.querySelector('span')?.textContent ?? element.textContent ?? '').trim();
}

/** The acts of the page below `content`: a page that shows a button needs nothing else to be found. */
export function pageActs(content: HTMLElement | null): PageAct[] {
  const acts = new Map<string, PageAct>();
  for (const element of content?.querySelectorAll<HTMLElement>(kSelector) ?? []) {
    const name = nameOf(element);
    if (name === '' || acts.has(name) || acts.size >= kActsMax) continue;
    const off = element.getAttribute('aria-disabled') === 'true' || (element as HTMLButtonElement).disabled === true;
    const reason = off ? (element.closest('.button-with-reason')?.querySelector('.button-reason')?.textContent ?? '–') : '';
    acts.set(name, { name, reason, act: () => element.click() });
  }
  return [...acts.values()];
}
