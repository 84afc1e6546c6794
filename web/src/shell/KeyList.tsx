import { Fragment, useState } from 'react';

import { CheckField, Dialog } from '../parts';
import { keyWords } from '../words/keys';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { pagesFor } from './pages';
import { useConsole } from './SessionContext';
import { shortcutsOn, switchShortcuts } from './shortcuts';
import { kMod } from '../parts/modKey';

/** All keys of the console, and the switch for those that are a single letter. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const words = useWords(keyWords);
  const shell = useWords(shellWords);
  const { session } = useConsole();
  const [on, setOn] = useState(shortcutsOn);
  const groups: { title: string; keys: (readonly [string, string])[] }[] = [
    { title: words.everywhere, keys: words.keys.everywhere.map(([keys, text]) => [keys.replace('Mod', kMod), text] as const) },
    { title: words.lists, keys: words.keys.lists },
    { title: words.onPages, keys: words.keys.onPages.map(([keys, text]) => [keys.replace('Mod', kMod), text] as const) },
    { title: words.goTo, keys: pagesFor(session).map((page) => [`g ${page.letter}`, shell.pages[page.name]] as const) },
  ];
  return (
    <Dialog title={shell.keys} onClose={onClose} wide>
      <div className="key-groups">
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            <dl className="key-table">
              {group.keys.map(([keys, text]) => (
                <Fragment key={keys}>
                  <dt>
                    {keys.split(' ').map((key, i) => (
                      <kbd key={i}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <CheckField
        label={words.single}
        checked={on}
        onChange={(next) => {
          switchShortcuts(next);
          setOn(next);
        }}
      />
      <p className="small grey">{words.singleText.replace('Mod', kMod)}</p>
    </Dialog>
  );
}
