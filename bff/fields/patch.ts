import type { Database } from '../../db/connect.ts'
import { guarded, isGuardFailed, type Statement } from '../../db/connect.ts'
import { type FieldRow, fieldCleared, fieldsOfService, fieldWritten } from '../../db/fields.ts'
import { type ServiceRow, serviceDescribed, serviceRow } from '../../db/services.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { type Fault, type Refusal, refused } from '../contract/refusal.ts'
import { logged } from '../log/append.ts'
import type { StoredActor } from '../log/stored-actor.ts'
import { normalDomain } from '../services/domain-name.ts'
import { type KnownField, knownField } from './catalogue.ts'
import { isEditable } from './list.ts'

export type FieldChanges = Readonly<Record<string, string | null>>

interface GoodChange {
  readonly known: KnownField
  readonly value: string | null
}

function pointerOf(name: string): string {
  return `/fields/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function checkChange(
  name: string,
  typed: string | null,
  service: ServiceRow,
  row: FieldRow | undefined,
): GoodChange | Fault {
  const pointer = pointerOf(name)
  const known = knownField(name)
  if (known === undefined) return { pointer, code: 'unknown', params: {} }
  if (!isEditable(known, service, row)) {
    const { changed_by } = known
    return { pointer, code: 'read_only', params: changed_by === undefined ? {} : { changed_by } }
  }
  const value = typed?.trim() ?? ''
  if (value === '') return { known, value: null }
  if ([...value].length > known.longest)
    return { pointer, code: 'max_length', params: { maximum: known.longest } }
  if (name !== 'domain') return { known, value }
  const domain = normalDomain(value)
  return domain === undefined
    ? { pointer, code: 'format', params: { format: 'hostname' } }
    : { known, value: domain }
}

/**
 * Changes what order and staff say of a service; `null` and blank clear. All of it or nothing.
 *
 * @returns a refusal `not_found`, `input_invalid` with a pointer per field (`unknown`, `read_only`, `max_length`,
 *   `format`), or `not_possible_now` when the service changed meanwhile
 */
export async function patchFields(
  deps: { readonly db: Database; readonly clock: Clock },
  tenant: TenantId,
  actor: StoredActor,
  id: string,
  changes: FieldChanges,
): Promise<{ readonly kind: 'changed' } | Refusal> {
  const [service, rows] = await Promise.all([
    serviceRow(deps.db, tenant, id),
    fieldsOfService(deps.db, tenant, id),
  ])
  if (service === undefined) return refused('not_found')
  const checked = Object.entries(changes).map(([name, value]) =>
    checkChange(
      name,
      value,
      service,
      rows.find((row) => row.name === name),
    ),
  )
  const faults = checked.filter((result) => 'pointer' in result)
  if (faults.length > 0) return refused('input_invalid', { faults })
  const good = checked.filter((result) => 'known' in result)
  // What is so already is not written, nor logged, again: a request whose answer was lost may be sent once more.
  const changed = good.filter(({ known, value }) => {
    const row = rows.find(({ name }) => name === known.name)
    return (row?.value ?? null) !== (value === null ? null : JSON.stringify(value))
  })
  if (changed.length === 0) return { kind: 'changed' }
  const now = deps.clock.now()
  const order = Object.fromEntries(
    changed
      .filter(({ known }) => known.origin === 'order')
      .map(({ known, value }) => [known.name, value]),
  )
  const writes = changed.flatMap(({ known, value }): Statement[] =>
    value === null
      ? [fieldCleared(tenant, id, known.name)]
      : [
          fieldWritten({
            tenant,
            service: id,
            name: known.name,
            value: JSON.stringify(value),
            source: known.origin,
            as_of: now,
          }),
          ...guarded(),
        ],
  )
  try {
    await deps.db.write([
      serviceDescribed(service, order),
      ...guarded(),
      ...writes,
      ...logged({
        tenant,
        service: id,
        now,
        level: 'info',
        actor,
        action: 'fields',
        message: {
          code: 'log.fields.changed',
          params: { fields: changed.map(({ known }) => known.name).join(', ') },
        },
        client_visible: changed.some(({ known }) => known.client),
      }),
    ])
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    return refused('not_possible_now')
  }
  return { kind: 'changed' }
}
