import type { Random } from '../chaos/random.ts'
import type { Happening } from './requests.ts'

/** What staff do who know what they do: nothing under way, the preview read and confirmed as it is, and carried out. */
export function gesture(random: Random, secret: string): Happening[] {
  const brand = random.pick(['north', 'south'])
  const service = random.pick(['bob', 'amy', 'pat'])
  const action = random.pick(['freeze', 'repack', 'whisper'])
  const inputs: Readonly<Record<string, unknown>> = {
    repack: { package: random.pick(['small', 'large']) },
    whisper: { password: secret },
  }
  const input = inputs[action] ?? {}
  const ask = (verb: string, body: unknown): Happening => ({
    kind: 'request',
    request: {
      as: `staff_${brand}`,
      method: 'POST',
      path: `/v1/services/${service}/actions/${action}${verb}`,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': `knowing-${random.between(1, 1_000_000)}`,
      },
      body: JSON.stringify(body),
    },
  })
  const confirmation = {
    digest: '⟨digest:0⟩',
    domain: `${service}${brand}.example`,
    accounts: [`${service}${brand}`],
  }
  return [
    { kind: 'reachable', so: true },
    { kind: 'tick' },
    ...(action === 'freeze' ? [ask('/preview', { input })] : []),
    ask('', action === 'freeze' ? { input, confirmation } : { input }),
    { kind: 'tick' },
  ]
}
