import type { ChangeAction } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { form, text, tick } from './form-fields.ts'
import { identityOf, onAccount, unless, whileSuspended } from './judging.ts'

/** Sets a new password. The server is told once; what becomes of a lost answer only a person can see. */
export const changePassword: ChangeAction = {
  kind: 'change',
  name: 'change-password',
  group: 'access',
  order: 11,
  highlight: false,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['passwd', 'acct-summary'],
  result: { open: false, changed: [] },

  judge: (situation) => onAccount(situation, () => unless(whileSuspended(situation))),
  form: () =>
    form(
      {
        password: text(
          'password',
          { minLength: 5, maxLength: 128 },
          { widget: 'password', secret: true, autocomplete: 'new-password' },
        ),
        database_password: tick('database_password', { default: true }),
      },
      ['password'],
    ),

  alreadySo: () => false,

  preview: async () => ({
    ok: true,
    value: {
      accounts: [],
      limits: [],
      effects: [],
      irreversible: [{ code: 'irreversible.password_replaced' }],
    },
  }),

  plan(situation, input) {
    const identity = identityOf(situation)
    return [
      {
        name: 'change-password',
        account: identity.username,
        params: {
          expect: expectedOf(identity),
          database_password: input.database_password !== false,
        },
      },
    ]
  },

  settle: () => ({ change: {}, result: { show: [], changed: [] } }),
}
