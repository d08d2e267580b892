import { z } from 'zod'
import type { Database } from '../../db/connect.ts'
import { type FieldRow, fieldsOfService } from '../../db/fields.ts'
import { type ServiceRow, serviceRow } from '../../db/services.ts'
import type { TenantId } from '../contract/ids.ts'
import { type FieldSource, fieldSourceSchema } from '../contract/resources.ts'
import type { Role } from '../contract/scopes.ts'
import { KNOWN_FIELDS, type KnownField } from './catalogue.ts'

const storedValueSchema = z.union([z.string(), z.array(z.string()), z.null()])

/** A field as it is shown; labels are the text codes `field.<name>`, `field_group.<group>`, `field_source.<source>`. */
export interface FieldView {
  readonly name: string
  readonly group: KnownField['group']
  readonly value: string | readonly string[] | null
  readonly source: FieldSource
  /** Milliseconds; `null` when nobody has said it yet. */
  readonly as_of: number | null
  readonly editable: boolean
  readonly changed_by: string | undefined
}

function ordered(service: ServiceRow, name: string): string | null {
  switch (name) {
    case 'label':
      return service.label
    case 'domain':
      return service.domain
    case 'package':
      return service.package
    case 'username':
      return service.username
    default:
      return null
  }
}

/** Whether a field's value is said by staff or order just now, and not by the account's server. Pure. */
export function isEditable(
  known: KnownField,
  service: ServiceRow,
  row: FieldRow | undefined,
): boolean {
  if (known.origin === 'server' || row?.source === 'server') return false
  // Of a bound account only the server speaks.
  return known.changed_by === undefined || service.bound_at === null
}

function viewOf(
  known: KnownField,
  service: ServiceRow,
  row: FieldRow | undefined,
  viewer: Role,
): FieldView | undefined {
  if (viewer === 'client' && !known.client) return undefined
  const editable = viewer !== 'client' && isEditable(known, service, row)
  const value =
    row === undefined
      ? ordered(service, known.name)
      : storedValueSchema.parse(JSON.parse(row.value))
  // Nothing to show and nothing to fill in.
  if (value === null && !editable) return undefined
  const source =
    row === undefined
      ? known.origin === 'staff'
        ? 'staff'
        : 'order'
      : fieldSourceSchema.parse(row.source)
  return {
    name: known.name,
    group: known.group,
    value,
    source,
    as_of: row?.as_of ?? null,
    editable,
    changed_by: source === 'server' || service.bound_at !== null ? known.changed_by : undefined,
  }
}

/**
 * A service's fields in the order they are shown. Clients see those meant for them, and change none.
 *
 * @returns undefined when the tenant has no such service
 */
export async function listFields(
  deps: { readonly db: Database },
  tenant: TenantId,
  service: string,
  viewer: Role,
): Promise<{ readonly viewer: Role; readonly fields: readonly FieldView[] } | undefined> {
  const [record, rows] = await Promise.all([
    serviceRow(deps.db, tenant, service),
    fieldsOfService(deps.db, tenant, service),
  ])
  if (record === undefined) return undefined
  const byName = new Map(rows.map((row) => [row.name, row]))
  return {
    viewer,
    fields: KNOWN_FIELDS.map((known) =>
      viewOf(known, record, byName.get(known.name), viewer),
    ).filter((view) => view !== undefined),
  }
}
