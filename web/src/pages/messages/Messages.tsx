import { Route, Routes, useParams } from 'react-router-dom';

import { MessageList } from './MessageList';
import { MessagePage } from './MessagePage';

function OneMessage() {
  const { id = '' } = useParams();
  return <MessagePage key={id} id={id} />;
}

export default function Messages() {
  return (
    <Routes>
      <Route index element={<MessageList />} />
      <Route path=":id" element={<OneMessage />} />
    </Routes>
  );
}
