import { Route, Routes, useParams } from 'react-router-dom';

import { NewTask } from './NewTask';
import { TaskList } from './TaskList';
import { TaskPage } from './TaskPage';

/** Another task is another page: nothing of the former one stays. */
function OneTask() {
  const { id } = useParams();
  return <TaskPage key={id} />;
}

export default function Tasks() {
  return (
    <Routes>
      <Route index element={<TaskList />} />
      <Route path="new" element={<NewTask />} />
      <Route path=":id" element={<OneTask />} />
    </Routes>
  );
}
