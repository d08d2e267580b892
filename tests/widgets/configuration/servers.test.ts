import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/configuration.ts'
import type { ProvisionConfiguration } from '../../../widgets/configuration/provision-configuration.ts'
import { all, focused, key, press, seen, the, type, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { aConfiguration, aProblem, aTest, FakeBff } from './fake-bff.ts'

const TOKEN = 'VERYSECRETTOKEN1'

let bff: FakeBff

function shown(configuration: string | null = null): Promise<ProvisionConfiguration> {
  return fixture<ProvisionConfiguration>(
    html`<provision-configuration
      bff="https://bff.test"
      token="t"
      .configuration=${configuration}
    ></provision-configuration>`,
  )
}

/** Everything an element's markup and controls hold. */
function everything(element: Element): string {
  const root = element.shadowRoot
  const typed = [...(root?.querySelectorAll('input') ?? [])].map(({ value }) => value)
  return [element.outerHTML, root?.innerHTML ?? '', ...typed].join('\n')
}

async function fillIn(element: Element, host = 'new.example'): Promise<void> {
  await type(element, /^Name/, 'New')
  await type(element, /^Host/, host)
  await type(element, /^User/, 'root')
  await type(element, /^API token/, TOKEN)
}

beforeEach(async () => {
  await setViewport({ width: 900, height: 900 })
  bff = new FakeBff(
    aConfiguration('alpha', { label: 'Alpha', services: 3 }),
    aConfiguration('beta', { label: 'Beta', disabled: true }),
  )
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

describe('a tenant with servers', () => {
  it('sees each with its address, user and use', async () => {
    const element = await shown()
    await until(element, /Alpha.*alpha\.example:2087.*root.*3 services use it/)
  })

  it('reads of a token only that it is set', async () => {
    const element = await shown()
    await until(element, 'Set. It cannot be shown.')
  })

  it('sees which one is disabled', async () => {
    const element = await shown()
    await until(element, 'Beta Disabled')
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('fits into 320 px', async () => {
    await setViewport({ width: 320, height: 700 })
    const element = await shown()
    await untilState(element, 'ready')
    const { scrollWidth, clientWidth } = document.documentElement
    expect(scrollWidth).to.be.at.most(clientWidth)
  })
})

describe('a tenant without servers', () => {
  beforeEach(() => {
    bff.configurations = []
  })

  it('is told what to do', async () => {
    const element = await shown()
    await untilState(element, 'empty')
    await until(element, 'Add the first one')
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown()
    await untilState(element, 'empty')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a person who may not see servers', () => {
  it('is told so', async () => {
    bff.on('GET', '/configurations', () =>
      aProblem(403, 'insufficient_scope', { title: 'The token does not allow this.' }),
    )
    const element = await shown()
    await untilState(element, 'forbidden')
    await until(element, 'The token does not allow this.')
  })
})

describe('a page that shows one server', () => {
  it('shows no other', async () => {
    const element = await shown('beta')
    await until(element, 'Beta')
    expect(seen(element)).not.to.include('Alpha')
  })

  it('offers no other to be added', async () => {
    const element = await shown('beta')
    await untilState(element, 'ready')
    expect(all(element, 'button', 'Add server')).to.have.length(0)
  })

  it('shows another one when it is told to', async () => {
    const element = await shown('beta')
    await until(element, 'Beta')
    element.configuration = 'alpha'
    await until(element, 'Alpha')
  })

  it('says so when there is none', async () => {
    const element = await shown('gamma')
    await untilState(element, 'failed')
    await until(element, 'There is nothing here.')
  })
})

describe('adding a server', () => {
  it('is done by keyboard alone', async () => {
    const element = await shown()
    ;(await the(element, 'button', 'Add server')).focus()
    await key('Enter')
    await the(element, 'dialog', 'Add a server')
    const { sendKeys } = await import('@web/test-runner-commands')
    await sendKeys({ type: 'New' })
    await key('Tab')
    await sendKeys({ type: 'new.example' })
    await key('Tab')
    await key('Tab')
    await sendKeys({ type: 'root' })
    await key('Tab')
    await sendKeys({ type: TOKEN })
    await key('Enter')
    await until(element, 'New was added.')
  })

  it('sends what was typed, with the usual port', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Enter')
    await until(element, 'New was added.')
    expect(bff.sent('POST', '/configurations').map(({ body }) => body)).to.deep.equal([
      { label: 'New', host: 'new.example', port: 2087, user: 'root', token: TOKEN },
    ])
  })

  it('tests it at once', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Enter')
    await until(element, /The connection works\. Version 11\.130\.0\.5\./)
  })

  it('is done once by two clicks', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    const dialog = await the(element, 'dialog', 'Add a server')
    const button = [...dialog.querySelectorAll('button')].at(-1)
    button?.click()
    button?.click()
    await until(element, 'New was added.')
    expect(bff.sent('POST', '/configurations')).to.have.length(1)
  })

  it('keeps the token nowhere', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Enter')
    await until(element, 'New was added.')
    expect(everything(element)).not.to.include(TOKEN)
  })

  it('names what is missing, with focus on the first', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await the(element, 'dialog', 'Add a server')
    await key('Enter')
    await until(element, 'Fill this in.')
    expect(focused(element)?.id).to.equal('field-label')
  })

  it('takes a pasted fingerprint in any form', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    // Enter begins a new line in this one, as an authority's certificate has several.
    await type(element, /^Certificate fingerprint/, 'ab'.repeat(32))
    await fillIn(element)
    await key('Enter')
    await until(element, 'New was added.')
    const [request] = bff.sent('POST', '/configurations')
    expect(request?.body).to.deep.include({
      pin: { fingerprint: Array.from({ length: 32 }, () => 'AB').join(':') },
    })
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await the(element, 'dialog', 'Add a server')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a server that is refused', () => {
  beforeEach(() => {
    bff.on('POST', '/configurations', () =>
      aProblem(422, 'input_invalid', {
        title: 'Something is not filled in rightly.',
        errors: [
          { pointer: '/host', code: 'address_forbidden', text: 'This address is not allowed.' },
        ],
      }),
    )
  })

  it('is corrected where it is wrong', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element, '127.0.0.1')
    await key('Enter')
    await until(element, 'This address is not allowed.')
    await waitUntil(() => focused(element)?.id === 'field-host')
  })

  it('needs the token again, for it was sent', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element, '127.0.0.1')
    await key('Enter')
    await until(element, 'Type the token again')
    expect(everything(element)).not.to.include(TOKEN)
  })
})

describe('a certificate of an authority that is none', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nTm90IG9uZQ==\n-----END CERTIFICATE-----'
  for (const pointer of ['/pin/ca', '/pin'])
    it(`is corrected where it was typed, and the rest stays: ${pointer}`, async () => {
      bff.on('POST', '/configurations', () =>
        aProblem(422, 'input_invalid', {
          title: 'Something is not filled in rightly.',
          errors: [
            { pointer, code: 'certificate', text: 'This is not a certificate in PEM form.' },
          ],
        }),
      )
      const element = await shown()
      await press(element, 'button', 'Add server')
      await type(element, /^Certificate fingerprint/, PEM)
      await fillIn(element)
      await key('Enter')
      await until(element, 'This is not a certificate in PEM form.')
      await waitUntil(() => focused(element)?.id === 'field-fingerprint')
      const field = focused(element)
      expect(field?.getAttribute('aria-invalid')).to.equal('true')
      expect((field as HTMLTextAreaElement).value).to.equal(PEM)
    })
})

describe('a new server whose answer is lost', () => {
  it('is not called a failure', async () => {
    bff.on('POST', '/configurations', () => 'lost')
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Enter')
    await until(element, 'Whether it was done is not known.')
  })

  it('is looked for', async () => {
    bff.on('POST', '/configurations', (request) => {
      bff.usual(request)
      return 'lost'
    })
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Enter')
    await press(element, 'button', 'Close')
    await until(element, /New Address new\.example:2087/)
  })
})

describe('a form that is left', () => {
  it('forgets the token on Escape', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Escape')
    await waitUntil(() => all(element, 'dialog').length === 0)
    expect(everything(element)).not.to.include(TOKEN)
  })

  it('gives focus back to its button', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await the(element, 'dialog', 'Add a server')
    await key('Escape')
    await waitUntil(() => focused(element)?.textContent?.trim() === 'Add server')
  })

  it('forgets the token when the page goes', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    await waitUntil(() => all(element, 'dialog').length === 0)
    expect(everything(element)).not.to.include(TOKEN)
  })

  it('is empty when it is opened again', async () => {
    const element = await shown()
    await press(element, 'button', 'Add server')
    await fillIn(element)
    await key('Escape')
    await press(element, 'button', 'Add server')
    expect((await the<HTMLInputElement>(element, 'textbox', /^API token/)).value).to.equal('')
  })
})

describe('editing a server', () => {
  const editing = async (name: string) => {
    const element = await shown(name)
    await press(element, 'button', 'Edit')
    return element
  }

  it('sends only what is different', async () => {
    const element = await editing('beta')
    await type(element, /^Name/, 'Better')
    await key('Enter')
    await until(element, 'Better was saved.')
    expect(bff.sent('PATCH', '/beta').map(({ body }) => body)).to.deep.equal([{ label: 'Better' }])
  })

  it('sends nothing when nothing is different', async () => {
    const element = await editing('beta')
    await the(element, 'dialog', 'Edit Beta')
    await key('Enter')
    await until(element, 'Beta was saved.')
    expect(bff.sent('PATCH', '/beta')).to.have.length(0)
  })

  it('shows no token and asks for none', async () => {
    const element = await editing('beta')
    await until(element, 'A token is set and cannot be shown.')
    expect(all(element, 'textbox', /^API token/)).to.have.length(0)
  })

  it('replaces the token when asked to', async () => {
    const element = await editing('beta')
    await press(element, 'checkbox', 'Replace the token')
    await type(element, /^API token/, TOKEN)
    await key('Enter')
    await until(element, 'Beta was saved.')
    expect(bff.sent('PATCH', '/beta').map(({ body }) => body)).to.deep.equal([{ token: TOKEN }])
  })

  it('asks for the token of a new address', async () => {
    bff.on('PATCH', '/beta', () =>
      aProblem(422, 'input_invalid', {
        errors: [{ pointer: '/token', code: 'required', text: 'Fill this in, please.' }],
      }),
    )
    const element = await editing('beta')
    await type(element, /^Host/, 'other.example')
    await key('Enter')
    await until(element, 'Fill this in, please.')
    await the(element, 'textbox', /^API token/)
  })

  it('leaves host and port of a used one alone', async () => {
    const element = await editing('alpha')
    await until(element, 'Host and port are fixed')
    expect(all(element, 'textbox', /^Host/)).to.have.length(0)
  })
})

describe('disabling a server', () => {
  it('tells what that means and how many services use it', async () => {
    const element = await shown('alpha')
    await press(element, 'button', 'Disable')
    await the(element, 'alertdialog', 'Disable Alpha?')
    await until(element, /Nothing is sent to this server.*3 services use it\./)
  })

  it('does not happen on Escape', async () => {
    const element = await shown('alpha')
    await press(element, 'button', 'Disable')
    await untilState(element, 'confirming')
    await key('Escape')
    await untilState(element, 'ready')
    expect(bff.sent('PATCH', '/alpha')).to.have.length(0)
  })

  it('happens when confirmed', async () => {
    const element = await shown('alpha')
    await press(element, 'button', 'Disable')
    const dialog = await the(element, 'alertdialog', 'Disable Alpha?')
    ;[...dialog.querySelectorAll('button')].at(-1)?.focus()
    await key('Enter')
    await until(element, 'Alpha is disabled.')
    expect(bff.sent('PATCH', '/alpha').map(({ body }) => body)).to.deep.equal([{ disabled: true }])
  })

  it('is undone without a question', async () => {
    const element = await shown('beta')
    await press(element, 'button', 'Enable')
    await untilState(element, 'succeeded')
    await until(element, 'Beta is enabled.')
  })
})

describe('deleting a server', () => {
  const removing = async (element: ProvisionConfiguration, name: string) => {
    await press(element, 'button', 'Delete')
    const dialog = await the(element, 'alertdialog', `Delete ${name}?`)
    ;[...dialog.querySelectorAll('button')].at(-1)?.focus()
    await key('Enter')
  }

  it('is refused with the number of services that use it', async () => {
    bff.on('DELETE', '/alpha', () =>
      aProblem(409, 'configuration_in_use', {
        detail: 'The configuration is used by 3 services.',
      }),
    )
    const element = await shown('alpha')
    await removing(element, 'Alpha')
    await untilState(element, 'failed')
    await until(element, /This was not done The configuration is used by 3 services\./)
  })

  it('takes it from the list', async () => {
    bff.configurations = bff.configurations.slice(1)
    const element = await shown()
    await removing(element, 'Beta')
    await until(element, 'Beta was deleted.')
    expect(seen(element)).not.to.include('beta.example')
  })

  it('leaves focus where the news is', async () => {
    bff.configurations = bff.configurations.slice(1)
    const element = await shown()
    await removing(element, 'Beta')
    await waitUntil(() => focused(element)?.textContent === 'Beta was deleted.')
  })

  it('has nothing that automatic checks object to', async () => {
    const element = await shown('alpha')
    await press(element, 'button', 'Delete')
    await the(element, 'alertdialog', 'Delete Alpha?')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a token of the page that has ended', () => {
  it('is renewed, and what was refused for it is sent again', async () => {
    let refused = 0
    bff.on('PATCH', '/beta', (request) => {
      if (refused++ === 0) return aProblem(401, 'invalid_token')
      return bff.usual(request)
    })
    const element = await fixture<ProvisionConfiguration>(
      html`<provision-configuration
        bff="https://bff.test"
        .configuration=${'beta'}
        .getToken=${() => 'fresh'}
      ></provision-configuration>`,
    )
    await press(element, 'button', 'Enable')
    await until(element, 'Beta is enabled.')
  })
})

describe('a login that ended meanwhile', () => {
  const withEndingLogin = () => {
    bff.on('PATCH', '/beta', () => aProblem(401, 'invalid_token'))
    let asked = 0
    const getToken = () => {
      if (asked++ > 0) throw new Error('no login')
      return 'first'
    }
    return fixture<ProvisionConfiguration>(
      html`<provision-configuration
        bff="https://bff.test"
        .configuration=${'beta'}
        .getToken=${getToken}
      ></provision-configuration>`,
    )
  }

  it('is told where the change was made', async () => {
    const element = await withEndingLogin()
    await press(element, 'button', 'Enable')
    await until(element, /This was not done Your session on this page has ended\./)
  })

  it('can be begun again', async () => {
    const element = await withEndingLogin()
    await press(element, 'button', 'Enable')
    await press(element, 'button', 'Close')
    await untilState(element, 'expired')
    await the(element, 'button', 'Sign in again')
  })
})

describe('an Arabic page', () => {
  it('is set from right to left, in Arabic', async () => {
    const around = await fixture(
      html`<div lang="ar">
        <provision-configuration bff="https://bff.test" token="t"></provision-configuration>
      </div>`,
    )
    const element = around.querySelector('provision-configuration')
    if (element === null) throw new Error('no element')
    await until(element, 'إضافة خادم')
    await waitUntil(() => element.shadowRoot?.querySelector('[dir="rtl"]') !== null)
  })
})

describe('a test the server passes', () => {
  it('is told', async () => {
    bff.test = aTest('ok', 'The connection works.')
    const element = await shown('alpha')
    await press(element, 'button', 'Test connection')
    await until(element, /✓ The connection works\. Tested Nov 24, 2026/)
  })
})
