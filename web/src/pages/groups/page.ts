import { definePage } from '../../shell/pages';

export default definePage({ name: 'groups', load: () => import('./Groups') });
