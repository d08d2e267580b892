import { guarded, isGuardFailed, isUniqueConflict } from '../../db/connect.ts'
import { type TenantRow, tenantById, tenantChanged } from '../../db/tenants.ts'
import type { Actor } from '../contract/operation.ts'
import { logged } from '../log/append.ts'
import type { TenantDeps } from './add.ts'
import { type ChangeFault, changed, type TenantChange } from './tenant-change.ts'
import { type TenantShown, tenantShown } from './view.ts'

/** What was changed: those parts of the tenant that differ, as they were and as they are. */
export interface TenantChanged {
  readonly id: string
  readonly label: string
  readonly before: Partial<TenantShown>
  readonly after: Partial<TenantShown>
}

export type ChangeRefused =
  | { readonly kind: 'faults'; readonly faults: readonly ChangeFault[] }
  | { readonly kind: 'issuer_taken' }
  | { readonly kind: 'changed_meanwhile' }

function differing(one: TenantShown, other: TenantShown): Partial<TenantShown> {
  return Object.fromEntries(
    Object.entries(one).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(other, name)),
    ),
  )
}

const inWord = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)
const inWords = (part: Partial<TenantShown>) =>
  Object.entries(part).map(
    ([name, value]) => `${name}: ${value === null ? '–' : [value].flat().map(inWord).join(' ')}`,
  )

/**
 * Changes what was named of a tenant, or nothing at all. Its keys and origins hold for this process at once, for every
 * other within five seconds.
 */
export async function changeTenant(
  { db, clock }: TenantDeps,
  actor: Actor,
  row: TenantRow,
  change: TenantChange,
): Promise<TenantChanged | ChangeRefused> {
  const made = await changed(row, change)
  if (!made.ok) return { kind: 'faults', faults: made.faults }
  const was = await tenantShown(row)
  const is = await tenantShown({ ...row, ...made.set })
  const before = differing(was, is)
  const after = differing(is, was)
  const answer = { id: row.id, label: is.label, before, after }
  if (Object.keys(made.set).length === 0) return answer
  const now = clock.now()
  try {
    await db.write([
      tenantChanged(row, made.set),
      ...guarded(),
      ...logged({
        tenant: row.id,
        service: null,
        now,
        level: 'warning',
        actor,
        action: 'tenant',
        message: {
          code: 'log.tenant.changed',
          params: { tenant: is.label, changed: Object.keys(made.set).join(', ') },
        },
        detail: [
          ...inWords(before).map((value) => ({ code: 'detail.before', value })),
          ...inWords(after).map((value) => ({ code: 'detail.after', value })),
        ],
      }),
    ])
  } catch (error) {
    if (isUniqueConflict(error)) return { kind: 'issuer_taken' }
    if (!isGuardFailed(error)) throw error
    const now = await tenantById(db, row.id)
    // Written by a try of this very command whose answer was lost.
    const isDone =
      now !== undefined && Object.keys(differing(await tenantShown(now), is)).length === 0
    return isDone ? answer : { kind: 'changed_meanwhile' }
  }
  return answer
}
