import { Search } from 'lucide-react';
import { lazy, Suspense } from 'react';

import { paletteWords } from '../../words/palette';
import { useWords } from '../../words/words';
import { kMod } from '../../parts/modKey';

// The palette needs the search of the Explorer; no first page waits for it.
const Palette = lazy(() => import('./Palette').then((module) => ({ default: module.Palette })));

export function PaletteLayer(props: { onClose: () => void; onKeys: () => void }) {
  return (
    <Suspense fallback={null}>
      <Palette {...props} />
    </Suspense>
  );
}

/** The field of the top bar that opens the palette. */
export function PaletteOpener({ onOpen }: { onOpen: () => void }) {
  const words = useWords(paletteWords);
  return (
    <button type="button" className="palette-open" aria-label={words.title} aria-keyshortcuts="Control+K Meta+K" title={words.title} onClick={onOpen}>
      <Search size={16} aria-hidden />
      <span>{words.open}</span>
      <kbd aria-hidden="true">{kMod} K</kbd>
    </button>
  );
}
