import { useState } from 'react';
import { Link } from 'react-router-dom';

import { Empty, LinkButton, Page } from '../../parts';
import { Await } from '../../parts/Await';
import { useCall } from '../../api/query';
import { useWords } from '../../words/words';
import { ImportMapping } from './ImportMapping';
import { ImportRun } from './ImportRun';
import { ImportSource, type Chosen } from './ImportSource';
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
          <Import group={data} />
        ) : (
          <Page title={w.missing}>
            <Empty title={w.missingText(id)} action={<LinkButton to="/groups">{w.title}</LinkButton>} />
          </Page>
        )
      }
    </Await>
  );
}

function Import({ group }: { group: Group }) {
  const w = useWords(words);
  const limits = useCall<ServerLimits>('GetLimits');
  const [chosen, setChosen] = useState<Chosen>();
  const [source, setSource] = useState<Source>();
  const id = String(group.ReceiverId);
  const startOver = () => {
    setChosen(undefined);
    setSource(undefined);
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
        <ImportSource onChosen={setChosen} />
      ) : (
        <Await of={limits} title="GetLimits">
          {(data) => (
            <>
              <ImportMapping chosen={chosen} locked={source !== undefined} onDone={setSource} onBack={startOver} />
              {source && (
                <ImportRun
                  group={group}
                  source={source}
                  limits={data}
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
