import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { TenantId } from '../bff/contract/ids.ts'
import { DatabaseError } from './errors.ts'

/**
 * Rows of the log and of what proves it, as they are read: somebody may have written to them, so nothing is believed of
 * them but what a schema found.
 */

/** A row holds what no row of its table can: somebody wrote to the database, or it is damaged. */
export class EvidenceBroken extends DatabaseError {
  readonly table: string

  /** @param row what names the row: its number, its id */
  constructor(table: string, row: string) {
    super(
      'evidence_broken',
      `a row of ${table} is not one (${row}): the database was written to, or is damaged. provision audit verify says where`,
    )
    this.table = table
  }
}

export function isEvidenceBroken(error: unknown): error is EvidenceBroken {
  return error instanceof EvidenceBroken
}

/** Stands where a row cannot be read as one of its table. */
export const BROKEN: unique symbol = Symbol('broken')
export type Reading<Row> = Row | typeof BROKEN

/** The row, where there is one at all. @throws {EvidenceBroken} */
export function wholeRow<Row>(table: string, row: string, reading: Reading<Row>): Row {
  if (reading === BROKEN) throw new EvidenceBroken(table, row)
  return reading
}

/** What is packed comes as bytes: of a text that is not UTF-8 the driver would take the process down. */
function unpacked(value: unknown): unknown {
  if (!(value instanceof ArrayBuffer)) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value))
  } catch {
    // Not UTF-8, or not JSON: no row, which is what undefined says.
    return undefined
  }
}

/** Columns of a table, or of what a query gives, with how they are asked for and read. */
export interface RowKind<Row> {
  /** All columns as one value, whatever stands in them. @param alias of the table in the query */
  packed(alias: string): SQL
  read(value: unknown): Reading<Row>
}

export function rowKind<Shape extends z.ZodRawShape>(
  shape: Shape,
): RowKind<z.output<z.ZodObject<Shape>>> {
  const names = Object.keys(shape)
  const schema = z.object(shape)
  return {
    packed(alias) {
      // JSON holds no bytes; an object is what no column may hold.
      const columns = names.map((name) => {
        const column = `${alias}."${name}"`
        return `iif(typeof(${column}) = 'blob', json('{}'), ${column})`
      })
      return sql.raw(`CAST(json_array(${columns.join(', ')}) AS BLOB)`)
    },
    read(value) {
      const cells = z.array(z.unknown()).length(names.length).safeParse(unpacked(value))
      if (!cells.success) return BROKEN
      const row = schema.safeParse(
        Object.fromEntries(names.map((name, i) => [name, cells.data[i]])),
      )
      return row.success ? row.data : BROKEN
    },
  }
}

const text = z.string()
/** Whole, and such that a JavaScript number holds it exactly. */
const whole = z.int()

/** A log entry: what its digest is made of. */
export const storedEntries = rowKind({
  id: text,
  tenant: text,
  service: text.nullable(),
  at: whole,
  level: text,
  actor: text,
  role: text,
  action: text,
  operation: text.nullable(),
  reason: text.nullable(),
  duration_ms: whole.nullable(),
  code: text,
  params: text,
  detail: text.nullable(),
  client_visible: whole,
})
export type StoredEntry = Readonly<Row<typeof storedEntries>>

/** One link of a tenant's chain. */
export const storedSeals = rowKind({
  seq: whole,
  entry: text,
  sealed_at: whole,
  caught_up_at: whole,
  who_salt: text.nullable(),
  what_salt: text.nullable(),
  digest: text,
  prev: text,
  hash: text,
})
export type StoredSeal = Readonly<Row<typeof storedSeals>>

/** Where a tenant's chain ends, and who seals it. */
export const chainRows = rowKind({
  seq: whole,
  hash: text,
  sealed_at: whole,
  caught_up_at: whole,
  owner: text.nullable(),
  fence: whole,
  lease_until: whole,
  keep_days: whole.nullable(),
})
export type ChainRow = Readonly<Row<typeof chainRows>>

/** A signed end of a chain, or a cut in it. */
export const signedRows = rowKind({ seq: whole, hash: text, at: whole, jws: text })
export type SignedRow = Readonly<Row<typeof signedRows>>

/** A part of an entry that was erased. */
export const erasedRows = rowKind({
  entry: text,
  part: z.enum(['who', 'what']),
  erasure: text,
  digest: text,
})
export type ErasedRow = Readonly<Row<typeof erasedRows>>

/** A key that signs or has signed. */
export const auditKeyRows = rowKind({
  kid: text,
  public: text,
  secret: text.nullable(),
  created_at: whole,
  retired_at: whole.nullable(),
})
export type AuditKeyRow = Readonly<Row<typeof auditKeyRows>>

/** Whose a row is: any text, for what is nobody's is found by looking for it. */
export const ownerRows = rowKind({
  tenant: z.custom<TenantId>((value) => typeof value === 'string'),
})

/** The tenants that rows name. One that cannot be read is passed over: nothing could be asked under it. */
export function ownersIn(rows: readonly { readonly row: unknown }[]): TenantId[] {
  return rows.flatMap(({ row }) => {
    const owner = ownerRows.read(row)
    return owner === BROKEN ? [] : [owner.tenant]
  })
}

type Row<Kind> = Kind extends RowKind<infer R> ? R : never

/** Numbers of links a JavaScript number holds exactly; any other number is none a sealer gave. */
export const MOST = Number.MAX_SAFE_INTEGER
