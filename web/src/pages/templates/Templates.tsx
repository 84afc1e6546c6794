import { Route, Routes, useParams } from 'react-router-dom';

import { TemplateList } from './TemplateList';
import { TemplatePage } from './TemplatePage';

function OneTemplate() {
  const { id = '' } = useParams();
  return <TemplatePage key={id} id={id} />;
}

export default function Templates() {
  return (
    <Routes>
      <Route index element={<TemplateList />} />
      <Route path=":id" element={<OneTemplate />} />
    </Routes>
  );
}
