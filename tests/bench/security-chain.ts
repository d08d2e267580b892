import { linksFor, sealNow } from '../../bff/log/chain/seal.ts'
import { openEvidence } from '../bff/log/evidence.ts'
import { tenantId } from '../tenant-id.ts'
import { type Figure, figure } from './measure.ts'
import { microseconds } from './security.ts'

const ENTRIES = 2000

const END = { seq: 0, hash: 'x'.repeat(43), sealed_at: 0, caught_up_at: 0 }

/** An entry as it stands in the database. */
const ENTRY = {
  id: 'log_01kastf7h0abcdefghjkmnpqrs',
  tenant: tenantId('one'),
  service: '1042',
  at: Date.UTC(2026, 10, 23),
  level: 'info',
  actor: '{"role":"staff","label":"Ann Smith"}',
  role: 'staff',
  action: 'suspend',
  operation: null,
  reason: 'Payment is overdue',
  duration_ms: 1200,
  code: 'log.action.succeeded',
  params: '{"action":"suspend"}',
  detail: null,
  client_visible: 1,
}

/**
 * What the chain of the log takes: the digests of one entry; its place in the chain when many are sealed together, with
 * what the database file does for it; and its part of a look all through.
 */
export async function costOfChain(): Promise<Figure[]> {
  const { tenant } = ENTRY
  const digests = await microseconds(async () => linksFor(tenant, END, [ENTRY], ENTRY.at))
  const evidence = await openEvidence()
  try {
    const { db, house } = evidence
    for (let i = 0; i < ENTRIES; i++) await evidence.write()
    const began = performance.now()
    await sealNow({ db, clock: house.clock }, tenant)
    const sealed = (1000 * (performance.now() - began)) / ENTRIES
    const looked = performance.now()
    await evidence.verdict()
    const verified = (1000 * (performance.now() - looked)) / ENTRIES
    return [
      figure('the digests of a log entry', 'µs', digests, 'itself', digests),
      figure('sealing a log entry, among many', 'µs', sealed, 'itself', sealed),
      figure('verifying a log entry, among many', 'µs', verified, 'itself', verified),
    ]
  } finally {
    await evidence.end()
  }
}
