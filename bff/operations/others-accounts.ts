import type { Database } from '../../db/connect.ts'
import { servicesBoundTo, unfinishedOperation } from '../../db/operations.ts'
import type { Input } from '../contract/dialect.ts'
import type { TenantId } from '../contract/ids.ts'
import type { ChangeAction, Consequences, Situation } from '../providers/provider.ts'

/** The service an operation is for. */
export interface ForService {
  readonly tenant: TenantId
  readonly service: string
  readonly server: string
}

/** What stands in the way of reaching an account that is not the service's own. Whose it is, is never said. */
export type Obstacle =
  | { readonly kind: 'free' }
  /** A service of somebody else is bound to it. */
  | { readonly kind: 'bound'; readonly username: string }
  /** Its own service has an unfinished operation. */
  | { readonly kind: 'busy'; readonly username: string }

/** Accounts an input reaches beside the service's own: those of a cascade, or the one it is to be bound to. Pure. */
export function reachedAccounts(
  action: ChangeAction,
  situation: Situation,
  input: Input,
  consequences: Consequences,
): string[] {
  const binds = action.binds?.(input)
  if (binds !== undefined) return [binds]
  if (action.cascades?.(situation, input) !== true) return []
  return consequences.accounts
    .map(({ username }) => username)
    .filter((username) => username !== situation.service.identity?.username)
}

/**
 * Looks for what stands in the way of these accounts.
 *
 * @param binding the service is to be bound to the account: then it may be no other service's at all
 */
export async function obstacleTo(
  db: Database,
  { tenant, service, server }: ForService,
  accounts: readonly string[],
  binding: boolean,
): Promise<Obstacle> {
  let busy: Obstacle = { kind: 'free' }
  for (const bound of await servicesBoundTo(db, server, accounts)) {
    if (bound.tenant === tenant && bound.id === service) continue
    const username = bound.username ?? ''
    if (binding || bound.tenant !== tenant) return { kind: 'bound', username }
    if ((await unfinishedOperation(db, tenant, bound.id)) !== undefined)
      busy = { kind: 'busy', username }
  }
  return busy
}
