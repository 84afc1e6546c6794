import { Route, Routes, useParams } from 'react-router-dom';

import { DomainList } from './DomainList';
import { DomainPage } from './DomainPage';

function OneDomain() {
  const { name = '' } = useParams();
  return <DomainPage key={name} name={name} />;
}

export default function Domains() {
  return (
    <Routes>
      <Route index element={<DomainList />} />
      <Route path=":name" element={<OneDomain />} />
    </Routes>
  );
}
