import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { Section, useStateText } from '../../parts';
import { Await } from '../../parts/Await';
import { FactList } from '../../parts/Facts';
import { useWords } from '../../words/words';
import { words } from './words';

/** GetSendEmailStatus looks back so many days. */
export const kStatusDays = 30;

interface Status {
  readonly SendStatus: number;
  readonly DeliverStatus: number;
  readonly DeliverMessage: string;
}

/** The mail as the cloud's own action tells a client of it. */
export function ClientView({ id, to, day }: { id: string; to: string | undefined; day: string }) {
  const w = useWords(words);
  const stateText = useStateText();
  const statuses = useCall<{ EmailStatusList: Status[] }>(
    'GetSendEmailStatus',
    { RequestDate: day, Offset: 0, Limit: 1, MessageId: id, ToEmailAddress: to },
    { every: 5_000 },
  );
  return (
    <Section title={w.clients}>
      <Await of={statuses} title={w.clients} rows={2}>
        {({ EmailStatusList: [status] }) =>
          status && (
            <FactList
              facts={[
                ['SendStatus', `${status.SendStatus} ${stateText('send', Number(status.SendStatus))}`],
                ['DeliverStatus', `${status.DeliverStatus} ${stateText('deliver', Number(status.DeliverStatus))}`],
                ['DeliverMessage', <code className="cell-text">{status.DeliverMessage || '–'}</code>],
              ]}
            />
          )
        }
      </Await>
      <p>
        <Link to="/explorer/GetSendEmailStatus">GetSendEmailStatus</Link>
      </p>
    </Section>
  );
}
