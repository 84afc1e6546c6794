import { useCall } from '../../api/query';
import { useMay } from '../../shell/SessionContext';

/** A key that the server makes for one call of this person. */
export const kSessionKey = 'session';
/** The published pair: calls are signed with it and never sent. */
export const kPracticeKey = 'practice';

interface CredentialRow {
  SecretId: string;
  Name: string;
  Enabled: boolean;
}

/** The named keys of the account that this person may let the server sign with. Their secrets stay there. */
export function useKeys(): { id: string; name: string }[] {
  const may = useMay();
  // The server lends keys to persons who could make one as well.
  const allowed = may('ListCredentials') && may('CreateCredential');
  const rows = useCall<{ Data: CredentialRow[] }>('ListCredentials', { Offset: 0, Limit: 100 }, { enabled: allowed });
  if (!allowed) return [];
  return (rows.data?.Data ?? [])
    .filter((row) => row.Enabled)
    .map((row) => ({ id: row.SecretId, name: row.Name ? `${row.Name} (${row.SecretId.slice(0, 8)}…)` : row.SecretId }));
}
