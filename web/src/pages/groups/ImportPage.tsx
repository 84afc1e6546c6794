import { useState } from 'react';
import { Link } from 'react-router-dom';

import { Empty, LinkButton, Page } from '../../parts';
import { Await } from '../../parts/Await';
import { useCall } from '../../api/query';
import { useWords } from '../../words/words';
import { findOpenImport, withMapping, type Import } from './importModel';
import { ImportMapping } from './ImportMapping';
import { ImportRun } from './ImportRun';
import { ImportSource, inspect, type Chosen } from './ImportSource';
import { useGroup, type Group, type ServerLimits } from './model';
import type { Source } from './rows';
import { words } from './words';

/** Imports people from a file or pasted text: choose, look at the columns, check every row, upload. */
export function ImportPage({ id }: { id: string }) {
  const w = useWords(words);
  const group = useGroup(id);
  return (
    <Await of={group} title={w.imported.title} rows={8}>
      {(data) =>
        data ? (
          <ImportInto group={data} />
        ) : (
          <Page title={w.missing}>
            <Empty title={w.missingText(id)} action={<LinkButton to="/groups">{w.title}</LinkButton>} />
          </Page>
        )
      }
    </Await>
  );
}

function ImportInto({ group }: { group: Group }) {
  const w = useWords(words);
  const limits = useCall<ServerLimits>('GetLimits');
  const [chosen, setChosen] = useState<Chosen>();
  const [source, setSource] = useState<Source>();
  const [begun, setBegun] = useState<Import>();
  const id = String(group.ReceiverId);
  // An import of this file that was left in the middle goes on, with the columns of then.
  const choose = async (next: Chosen) => {
    const found = await findOpenImport(group.ReceiverId, next.file).catch(() => undefined);
    const again = found && (await inspect(next.file, found.mapping));
    setBegun(again && found.one);
    setChosen(again ? { ...again, columns: withMapping(again.columns, found.mapping.becomes) } : next);
  };
  const startOver = () => {
    setChosen(undefined);
    setSource(undefined);
    setBegun(undefined);
  };
  return (
    <Page
      crumbs={
        <>
          <Link to="/groups">{w.title}</Link> / <Link to={`/groups/${id}`}>{group.ReceiversName}</Link> / {w.import}
        </>
      }
      title={chosen ? chosen.file.name : w.imported.title}
    >
      {!chosen ? (
        <ImportSource onChosen={choose} />
      ) : (
        <Await of={limits} title={w.imported.title}>
          {(data) => (
            <>
              <ImportMapping chosen={chosen} locked={source !== undefined} onDone={setSource} onBack={startOver} />
              {source && (
                <ImportRun
                  group={group}
                  source={source}
                  limits={data}
                  begun={begun}
                  onBack={() => setSource(undefined)}
                  onAnother={startOver}
                />
              )}
            </>
          )}
        </Await>
      )}
    </Page>
  );
}
