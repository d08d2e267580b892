import type { ChangeAction } from '../../provider.ts'
import { NO_FORM } from './form-fields.ts'
import { AVAILABLE, NOT_APPLICABLE } from './judging.ts'

/** Lets go of the service's account. Touches no server, so it works when there is none any more. */
export const unlink: ChangeAction = {
  kind: 'change',
  name: 'unlink',
  group: 'record',
  order: 71,
  highlight: false,
  danger: 'medium',
  confirmation: { preview: true, domain: false, accounts: false },
  needs: [],
  result: { open: false, changed: ['service', 'fields', 'usage'] },

  judge: ({ service }) => (service.identity === null ? NOT_APPLICABLE : AVAILABLE),
  form: () => NO_FORM,
  alreadySo: ({ service }) => service.identity === null,

  preview: async (_panel, { service }) => {
    const { identity, domain, owner } = service
    return {
      ok: true,
      value: {
        accounts:
          identity === null ? [] : [{ ...identity, domain: domain ?? '', owner: owner ?? '' }],
        limits: [],
        effects: [{ code: 'effect.unlinked', params: { username: identity?.username ?? '' } }],
        irreversible: [],
      },
    }
  },

  plan: () => [],
  settle: () => ({
    change: { state: 'unprovisioned', unbind: true },
    result: { show: [], changed: ['service', 'fields', 'usage'] },
  }),
}
