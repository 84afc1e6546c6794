import { Route, Routes, useParams } from 'react-router-dom';

import { GroupList } from './GroupList';
import { GroupPage } from './GroupPage';
import { ImportPage } from './ImportPage';

function OneGroup() {
  const { id = '' } = useParams();
  return <GroupPage key={id} id={id} />;
}

function OneImport() {
  const { id = '' } = useParams();
  return <ImportPage key={id} id={id} />;
}

export default function Groups() {
  return (
    <Routes>
      <Route index element={<GroupList />} />
      <Route path=":id" element={<OneGroup />} />
      <Route path=":id/import" element={<OneImport />} />
    </Routes>
  );
}
