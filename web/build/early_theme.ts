import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** The key under which the browser keeps the chosen theme; shell/theme.ts writes it. */
const kThemeKey = 'sesame.theme';

const kScript = `try{var t=localStorage.getItem(${JSON.stringify(kThemeKey)});
if(t==="light"||t==="dark")document.documentElement.setAttribute("theme-mode",t)}catch(e){}
`;

/**
 * Sets the chosen theme before the first paint. The policy of the page forbids scripts in the document, so this is a
 * file of its own, loaded before the rest.
 */
export function earlyTheme(): Plugin {
  const hash = createHash('sha256').update(kScript).digest('hex').slice(0, 8);
  const name = `assets/theme-${hash}.js`;
  return {
    name: 'sesame-early-theme',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source: kScript });
    },
    transformIndexHtml() {
      return [{ tag: 'script', attrs: { src: `/console/${name}` }, injectTo: 'head-prepend' }];
    },
  };
}
