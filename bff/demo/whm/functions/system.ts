import { visibleAccounts } from '../access.ts'
import type { Told, WhmFunction } from '../function.ts'
import { done } from '../outcome.ts'

const LOAD = { one: '0.08', five: '0.04', fifteen: '0.01' }

const version: WhmFunction = {
  name: 'version',
  acl: ['basic-system-info'],
  changes: false,
  run: (world) => done({ data: { version: world.version } }),
}

const gethostname: WhmFunction = {
  name: 'gethostname',
  acl: ['basic-system-info'],
  changes: false,
  run: (world) => done({ data: { hostname: world.hostname } }),
}

const systemloadavg: WhmFunction = {
  name: 'systemloadavg',
  acl: ['basic-system-info'],
  changes: false,
  only: 1,
  run: () => done({ data: LOAD }),
}

const loadavg: WhmFunction = {
  name: 'loadavg',
  acl: ['basic-system-info'],
  changes: false,
  only: 0,
  run: () => done({ data: LOAD }),
}

const applist: WhmFunction = {
  name: 'applist',
  acl: ['basic-whm-functions'],
  changes: false,
  run: (_world, call) => done({ data: { app: call.available() }, list: 'app' }),
}

const get_nameserver_config: WhmFunction = {
  name: 'get_nameserver_config',
  acl: ['ns-config', 'nameserver-config'],
  changes: false,
  run: (world) => done({ data: { nameservers: world.nameservers }, list: 'nameservers' }),
}

const get_shared_ip: WhmFunction = {
  name: 'get_shared_ip',
  acl: ['basic-system-info'],
  changes: false,
  run: (world) => done({ data: { ip: world.ips.find((each) => each.main)?.ip ?? '' } }),
}

const get_current_users_count: WhmFunction = {
  name: 'get_current_users_count',
  acl: ['list-accts'],
  changes: false,
  run: (world, call) => done({ data: { users: visibleAccounts(world, call).length } }),
}

const get_maximum_users: WhmFunction = {
  name: 'get_maximum_users',
  acl: ['list-accts'],
  changes: false,
  run: (world) => done({ data: { users: world.settings.license_accounts ?? 0 } }),
  api0: (told: Told) => ({ ...told.data }),
}

/** Functions about the server itself. */
export const system: readonly WhmFunction[] = [
  version,
  gethostname,
  systemloadavg,
  loadavg,
  applist,
  get_nameserver_config,
  get_shared_ip,
  get_current_users_count,
  get_maximum_users,
]
