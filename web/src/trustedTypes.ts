/**
 * The page's policy of trusted types: nothing but the empty text may become HTML, which is how the charts clear
 * their place. Every other attempt, of ours or of a library, is refused by the browser. Imported first by main.tsx.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;

factory?.createPolicy('default', {
  createHTML: (text) => {
    if (text !== '') throw new TypeError('The console makes no HTML of texts.');
    return text;
  },
});
