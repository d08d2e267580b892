import type { ReadAction, Situation } from '../../provider.ts'
import { faultOf } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { sessionData } from '../functions.ts'
import { type SessionService, safeLoginUrl } from '../login-url.ts'
import { choice, form } from './form-fields.ts'
import {
  onAccount,
  ownSnapshot,
  readOwnAccount,
  refusedFor,
  unless,
  whileSuspended,
} from './judging.ts'

interface App {
  readonly service: SessionService
  /** The panel's own name of the page; its front page without. */
  readonly page?: string
}

const APPS: Readonly<Record<string, App>> = {
  home: { service: 'cpaneld' },
  mail: { service: 'cpaneld', page: 'Email_Accounts' },
  files: { service: 'cpaneld', page: 'FileManager_Home' },
  databases: { service: 'cpaneld', page: 'Database_MySQL' },
  domains: { service: 'cpaneld', page: 'Domains_AddonDomains' },
  backups: { service: 'cpaneld', page: 'Backups_Home' },
  metrics: { service: 'cpaneld', page: 'Stats_AWStats' },
  webmail: { service: 'webmaild' },
  whm: { service: 'whostmgrd' },
}

function appsFor(situation: Situation): string[] {
  const isReseller = ownSnapshot(situation)?.reseller === true
  return Object.keys(APPS).filter((app) => app !== 'whm' || isReseller)
}

/** A session that opens once. Its address is a secret: it is handed to the page and kept nowhere. */
export const login: ReadAction = {
  kind: 'read',
  name: 'login',
  group: 'access',
  order: 10,
  highlight: true,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['create-user-session', 'acct-summary'],
  result: { open: true, changed: [] },

  judge: (situation) => onAccount(situation, () => unless(whileSuspended(situation))),
  form: (situation) => form({ app: choice('app', appsFor(situation), { default: 'home' }) }),

  async run(panel, situation, input) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const app = APPS[typeof input.app === 'string' ? input.app : 'home']
    if (app === undefined) return refusedFor('function_unknown')
    if (app.service === 'whostmgrd' && account.value.reseller !== true)
      return refusedFor('not_a_reseller')
    const { client, target } = ours(panel)
    const outcome = await client.call(
      'create_user_session',
      {
        user: account.value.username,
        service: app.service,
        preferred_domain: target.host,
        ...(app.page === undefined ? {} : { app: app.page }),
      },
      sessionData,
    )
    if (outcome.kind !== 'done') return { ok: false, fault: faultOf(outcome) }
    const open = safeLoginUrl(outcome.data.url, app.service, target)
    return open === undefined
      ? refusedFor('login_url_unsafe')
      : { ok: true, value: { show: [], open, warnings: [] } }
  },
}
