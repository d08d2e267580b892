/** A field this product knows. Text codes: `field.<name>`, `field_group.<group>`. */
export interface KnownField {
  readonly name: string
  readonly group: 'hosting' | 'access' | 'record'
  /** Who says it while there is no account; `server` fields appear with the account. */
  readonly origin: 'order' | 'staff' | 'server'
  /** Whether the service's clients see it. */
  readonly client: boolean
  /** The action that changes it once it is the server's. */
  readonly changed_by?: string
  /** Longest value, in characters. */
  readonly longest: number
}

/** In the order they are shown. */
export const KNOWN_FIELDS: readonly KnownField[] = [
  { name: 'label', group: 'record', origin: 'order', client: true, longest: 200 },
  {
    name: 'domain',
    group: 'hosting',
    origin: 'order',
    client: true,
    changed_by: 'change-domain',
    longest: 253,
  },
  {
    name: 'package',
    group: 'hosting',
    origin: 'order',
    client: true,
    changed_by: 'change-package',
    longest: 128,
  },
  { name: 'username', group: 'access', origin: 'server', client: true, longest: 32 },
  { name: 'nameservers', group: 'hosting', origin: 'server', client: true, longest: 1000 },
  { name: 'ip', group: 'hosting', origin: 'server', client: true, longest: 45 },
  { name: 'email', group: 'access', origin: 'server', client: true, longest: 254 },
  {
    name: 'reseller',
    group: 'hosting',
    origin: 'server',
    client: false,
    changed_by: 'make-reseller',
    longest: 3,
  },
  { name: 'owner', group: 'record', origin: 'server', client: false, longest: 32 },
  { name: 'reference', group: 'record', origin: 'staff', client: true, longest: 200 },
  { name: 'note', group: 'record', origin: 'staff', client: false, longest: 1000 },
]

export function knownField(name: string): KnownField | undefined {
  return KNOWN_FIELDS.find((field) => field.name === name)
}
