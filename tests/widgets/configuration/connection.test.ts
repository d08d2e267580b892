import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/configuration.ts'
import type { ConnectionTest } from '../../../bff/contract/resources.ts'
import type { ProvisionConfiguration } from '../../../widgets/configuration/provision-configuration.ts'
import { all, key, press, the, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { aConfiguration, aProblem, aService, aTest, FakeBff, FINGERPRINT } from './fake-bff.ts'

const OTHER = Array.from({ length: 32 }, () => 'CD').join(':')
const certificate = {
  fingerprint: FINGERPRINT,
  subject: 'CN=alpha.example',
  issuer: 'CN=alpha.example',
  valid_to: '2027-01-01T00:00:00Z',
}

let bff: FakeBff

function shown(service: string | null = null): Promise<ProvisionConfiguration> {
  return fixture<ProvisionConfiguration>(
    html`<provision-configuration
      bff="https://bff.test"
      token="t"
      .service=${service}
    ></provision-configuration>`,
  )
}

beforeEach(async () => {
  await setViewport({ width: 900, height: 900 })
  bff = new FakeBff(aConfiguration('alpha', { label: 'Alpha' }))
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

const FAILURES: readonly [cause: ConnectionTest['cause'], next: string][] = [
  ['name_not_found', 'Check the host'],
  ['refused', 'Check host and port'],
  ['timeout', 'Check host and port'],
  ['certificate', 'Compare this fingerprint'],
  ['token_refused', 'Check the user, or replace the token'],
  ['too_old', 'Update the server'],
  ['not_whm', '2087 is the usual one'],
  ['address_forbidden', 'Choose another host'],
]

for (const [cause, remedy] of FAILURES) {
  describe(`a test that fails with ${cause}`, () => {
    it('names the cause in the BFF’s words, and what to do next', async () => {
      bff.test = aTest(cause, `It failed: ${cause}.`)
      const element = await shown()
      await press(element, 'button', 'Test connection')
      await until(element, `It failed: ${cause}.`)
      await until(element, remedy)
    })
  })
}

describe('a test that runs', () => {
  it('says so, and is not begun twice', async () => {
    let answer: (() => void) | undefined
    bff.on('POST', '/test', async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return bff.usual(request)
    })
    const element = await shown()
    await press(element, 'button', 'Test connection')
    await until(element, 'Testing the connection…')
    await untilState(element, 'busy')
    await press(element, 'button', 'Test connection')
    expect(bff.sent('POST', '/test')).to.have.length(1)
    answer?.()
    await untilState(element, 'ready')
  })
})

describe('a test that cannot be made', () => {
  it('says why', async () => {
    bff.on('POST', '/test', () =>
      aProblem(409, 'not_possible_now', { detail: 'The stored token cannot be opened.' }),
    )
    const element = await shown()
    await press(element, 'button', 'Test connection')
    await until(element, 'The stored token cannot be opened.')
  })
})

describe('a certificate nobody vouches for', () => {
  beforeEach(() => {
    bff.configurations = [
      aConfiguration('alpha', {
        label: 'Alpha',
        test: aTest('certificate', 'The certificate is not trusted.', { certificate }),
      }),
    ]
  })

  it('is shown with its fingerprint', async () => {
    const element = await shown()
    await until(element, FINGERPRINT)
  })

  it('is trusted only after it was shown and confirmed', async () => {
    const element = await shown()
    await press(element, 'button', 'Trust this certificate')
    await the(element, 'alertdialog', 'Trust the certificate of Alpha?')
    expect(bff.sent('PATCH', '/alpha')).to.have.length(0)
  })

  it('is pinned as it was shown, and the connection tested', async () => {
    const element = await shown()
    await press(element, 'button', 'Trust this certificate')
    const dialog = await the(element, 'alertdialog', /^Trust/)
    ;[...dialog.querySelectorAll('button')].at(-1)?.focus()
    await key('Enter')
    await until(element, 'The connection works.')
    expect(bff.sent('PATCH', '/alpha').map(({ body }) => body)).to.deep.equal([
      { pin: { fingerprint: FINGERPRINT } },
    ])
  })

  it('is more of a question where another one is pinned', async () => {
    bff.configurations = bff.configurations.map((one) => ({ ...one, pin: { fingerprint: OTHER } }))
    const element = await shown()
    await press(element, 'button', 'Trust this certificate')
    await until(element, `another one is pinned now. ${OTHER}`)
  })

  it('is tried at once on a disabled server too', async () => {
    bff.configurations = bff.configurations.map((one) => ({ ...one, disabled: true }))
    const element = await shown()
    await press(element, 'button', 'Trust this certificate')
    const dialog = await the(element, 'alertdialog', /^Trust/)
    ;[...dialog.querySelectorAll('button')].at(-1)?.focus()
    await key('Enter')
    await until(element, 'The connection works.')
  })

  it('can be let go of again', async () => {
    bff.configurations = bff.configurations.map((one) => ({ ...one, pin: { fingerprint: OTHER } }))
    const element = await shown()
    await press(element, 'button', 'Remove the pin')
    const dialog = await the(element, 'alertdialog', 'Remove the pin of Alpha?')
    ;[...dialog.querySelectorAll('button')].at(-1)?.focus()
    await key('Enter')
    await until(element, 'The pin of Alpha was removed.')
    expect(bff.sent('PATCH', '/alpha').map(({ body }) => body)).to.deep.equal([{ pin: null }])
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown()
    await the(element, 'button', 'Trust this certificate')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('the rights of a token', () => {
  const rights = [
    { action: 'create', label: 'Create account', ok: true, missing: [] },
    { action: 'suspend', label: 'Suspend', ok: false, missing: ['suspend-acct', 'list-accts'] },
  ]

  it('are not known before a test', async () => {
    const element = await shown()
    await the(element, 'button', /not known before a successful test/)
  })

  it('are counted', async () => {
    bff.configurations = [aConfiguration('alpha', { rights })]
    const element = await shown()
    await the(element, 'button', 'Rights of the token: 1 of 2 actions')
  })

  it('say for each action that it is allowed, or what is missing', async () => {
    bff.configurations = [aConfiguration('alpha', { rights })]
    const element = await shown()
    await press(element, 'button', /^Rights/)
    await until(element, /Create account ✓ Allowed Suspend Lacks suspend-acct list-accts/)
  })

  it('have nothing that automatic checks object to', async () => {
    bff.configurations = [aConfiguration('alpha', { rights })]
    const element = await shown()
    await press(element, 'button', /^Rights/)
    await until(element, 'Create account')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a service without an account', () => {
  beforeEach(() => {
    bff.configurations = [
      aConfiguration('alpha', { label: 'Alpha' }),
      aConfiguration('beta', { label: 'Beta' }),
      aConfiguration('gamma', { label: 'Gamma', disabled: true }),
    ]
  })

  it('is told that none is chosen', async () => {
    const element = await shown('1042')
    await until(element, 'No server is chosen yet')
  })

  it('is offered the enabled ones', async () => {
    const element = await shown('1042')
    const select = await the<HTMLSelectElement>(element, 'combobox', 'Server to use')
    expect([...select.options].map(({ value }) => value)).to.deep.equal(['alpha', 'beta'])
  })

  it('is given the chosen one, by keyboard, and keeps the rest of its order', async () => {
    const element = await shown('1042')
    ;(await the(element, 'combobox', 'Server to use')).focus()
    await key('ArrowDown')
    await key('Tab')
    await key('Enter')
    await until(element, 'This service is now on Beta.')
    expect(bff.sent('PUT', '/services/1042').map(({ body }) => body)).to.deep.equal([
      { configuration: 'beta', label: 'Gold', domain: 'alice.example', package: 'gold' },
    ])
  })

  it('is told when the choice is refused', async () => {
    bff.on('PUT', '/services/1042', () =>
      aProblem(409, 'configuration_fixed', {
        title: 'The server configuration cannot be changed any more.',
      }),
    )
    const element = await shown('1042')
    await press(element, 'button', 'Use this server')
    await untilState(element, 'failed')
    await until(element, 'The server configuration cannot be changed any more.')
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown('1042')
    await the(element, 'combobox', 'Server to use')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a service with an account', () => {
  beforeEach(() => {
    // The brand is given by the BFF's parser, which no element has.
    const configuration = 'alpha' as NonNullable<ReturnType<typeof aService>['configuration']>
    bff.service = aService({ state: 'active', configuration })
  })

  it('shows its server and offers no other', async () => {
    const element = await shown('1042')
    await until(element, /Now: Alpha It cannot be changed while the service has an account\./)
    expect(all(element, 'combobox')).to.have.length(0)
  })

  it('can have its connection tested, and nothing changed', async () => {
    const element = await shown('1042')
    await the(element, 'button', 'Test connection')
    await waitUntil(() => all(element, 'button', 'Edit').length === 0)
  })
})
