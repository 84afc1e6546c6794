import { definePage } from '../../shell/pages';

export default definePage({ name: 'tasks', load: () => import('./Tasks') });
