import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import type { GetToken, TokenRequest } from '../../../widgets/session/token-source.ts'
import { accessibilityFaults } from '../axe.ts'
import { anAction, FakeBff } from './fake-bff.ts'
import {
  all,
  click,
  focused,
  key,
  nameOf,
  press,
  seen,
  the,
  type,
  until,
  untilState,
} from './person.ts'

const CHALLENGE =
  'Bearer realm="provision", error="insufficient_user_authentication", acr_values="urn:pin", max_age="300"'
const needs = { preview: false, domain: false, accounts: false }
const plain = anAction('frobnicate', { label: 'Frobnicate' })
const secret = anAction('rekey', {
  label: 'Rekey',
  input: {
    type: 'object',
    properties: {
      pass: {
        type: 'string',
        title: 'Pass phrase',
        'x-provision': { widget: 'password', secret: true },
      },
    },
    required: ['pass'],
    additionalProperties: false,
  },
  confirmation: { ...needs, step_up: true },
})
const grave = anAction('erase', {
  label: 'Erase',
  danger: 'irreversible',
  confirmation: { preview: true, domain: true, accounts: false, step_up: true },
})
const login = anAction('enter', {
  label: 'Enter',
  kind: 'read',
  result: { open: true, changed: [] },
})

let bff: FakeBff
let asked: TokenRequest[]
/** What the host does with a person who must prove who they are. */
let host: () => string | Promise<string>
let bearers: (string | null)[]

/** The BFF takes no changes but from `stepped-up`. */
function strict(): void {
  const wrapped = window.fetch
  window.fetch = async (input, init) => {
    const bearer = new Headers(init?.headers).get('authorization')
    if (init?.method !== 'POST' || bearer === 'Bearer stepped-up') {
      if (init?.method === 'POST') bearers.push(bearer)
      return wrapped(input, init)
    }
    bearers.push(bearer)
    return new Response(
      JSON.stringify({
        type: 'x',
        title: 'Confirm who you are again to do this.',
        status: 401,
        code: 'insufficient_user_authentication',
        request_id: 'req_1',
        retryable: false,
      }),
      {
        status: 401,
        headers: { 'content-type': 'application/problem+json', 'www-authenticate': CHALLENGE },
      },
    )
  }
}

const getToken: GetToken = (request) => {
  asked.push(request)
  return request.reason === 'step_up' ? host() : 'plain'
}
const stepUps = () => asked.filter(({ reason }) => reason === 'step_up')

async function ready(element: ProvisionActions): Promise<ProvisionActions> {
  await waitUntil(() => element.shadowRoot?.querySelector('[part~="action"]') !== null)
  return element
}

async function shown(lang = 'en'): Promise<ProvisionActions> {
  return ready(
    await fixture<ProvisionActions>(
      html`<provision-actions
        bff="https://bff.test"
        service="1042"
        lang=${lang}
        .getToken=${getToken}
      ></provision-actions>`,
    ),
  )
}

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  asked = []
  bearers = []
  host = () => 'stepped-up'
  bff = new FakeBff(plain, secret, grave, login)
  strict()
})
afterEach(() => {
  fixtureCleanup()
  bff.restore()
  for (const dialog of document.querySelectorAll('body > [data-host]')) dialog.remove()
})

/** What a host does that has a dialog of its own in the page. It is no modal one: ours must not be in front of it. */
function hostDialog(): Promise<string> {
  return new Promise((resolve, reject) => {
    const box = document.createElement('div')
    box.dataset.host = ''
    const pin = document.createElement('input')
    const confirm = document.createElement('button')
    confirm.textContent = 'Confirm'
    const cancel = document.createElement('button')
    cancel.textContent = 'Not now'
    confirm.addEventListener('click', () => {
      box.remove()
      if (pin.value === '2468') resolve('stepped-up')
      else reject(new Error('wrong PIN'))
    })
    cancel.addEventListener('click', () => {
      box.remove()
      reject(new Error('closed'))
    })
    box.append(pin, confirm, cancel)
    document.body.prepend(box)
    pin.focus()
  })
}
const hostBox = <T extends HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(`[data-host] ${selector}`)
  if (found === null) throw new Error(`the host shows no ${selector}`)
  return found
}
const hostAsks = () =>
  waitUntil(() => document.querySelector('[data-host]') !== null, 'the host asks', {
    timeout: 4000,
  })

describe('an action that asks for another login', () => {
  it('says so before anything is typed', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await until(element, 'You will be asked to confirm who you are.')
  })

  it('is done once the host has let the person prove it', async () => {
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Frobnicate – running')
    expect(stepUps()).to.deep.equal([
      { service: '1042', reason: 'step_up', acr_values: 'urn:pin', max_age: 300 },
    ])
  })

  it('is sent with the same key before and after', async () => {
    const keys: (string | null)[] = []
    const around = window.fetch
    window.fetch = (input, init) => {
      if (init?.method === 'POST') keys.push(new Headers(init.headers).get('idempotency-key'))
      return around(input, init)
    }
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Frobnicate – running')
    expect(keys.length).to.equal(2)
    expect(keys[0]).to.equal(keys[1])
  })

  it('asks the person once for a preview and what follows it', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await type(element, /^Type alice/, 'alice.example')
    await key('Enter')
    await until(element, 'Frobnicate – running')
    expect(stepUps().length).to.equal(1)
  })
})

describe('a host with a dialog in the page', () => {
  beforeEach(() => {
    host = hostDialog
  })

  it('is not hidden or blocked by ours', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    expect(all(element, 'dialog')).to.deep.equal([])
    const pin = hostBox<HTMLInputElement>('input')
    await click(pin)
    await type_(pin, '2468')
    await click(hostBox('button'))
    await until(element, 'running')
  })

  it('leaves a word meanwhile where ours was', async () => {
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await hostAsks()
    await until(element, 'Waiting for you to confirm who you are.')
    hostBox('button + button').click()
    await until(element, 'Confirm who you are again to do this.')
  })

  it('leaves what was typed as it was, passwords too', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    hostBox<HTMLInputElement>('input').value = '2468'
    hostBox('button').click()
    await until(element, 'running')
    const [sent] = bff.sent('POST', '/actions/rekey')
    expect(sent?.body).to.deep.equal({ input: { pass: 'open-sesame-7' } })
  })

  it('gives focus back to what comes of it', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    hostBox<HTMLInputElement>('input').value = '2468'
    hostBox('button').click()
    await until(element, 'running')
    await waitUntil(() => focused(element)?.classList.contains('operation') === true)
  })

  it('whose person would not goes back to a calm word, and sends nothing', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    hostBox('button + button').click()
    const dialog = await the(element, 'dialog', 'Rekey')
    await until(element, 'Confirm who you are again to do this.')
    expect(dialog.contains(focused(element))).to.equal(true)
    expect(bff.count('POST', '/actions/rekey')).to.equal(0)
  })

  it('is asked again by one button, with everything as it was', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    hostBox('button + button').click()
    host = () => 'stepped-up'
    await press(element, 'button', 'Confirm and try again')
    await until(element, 'running')
    const [sent] = bff.sent('POST', '/actions/rekey')
    expect(sent?.body).to.deep.equal({ input: { pass: 'open-sesame-7' } })
  })

  it('may still be open when the page shows another service: nothing is sent then', async () => {
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await hostAsks()
    element.service = '1043'
    await element.updateComplete
    hostBox<HTMLInputElement>('input').value = '2468'
    hostBox('button').click()
    await untilState(element, 'ready')
    await press(element, 'button', 'Rekey')
    await the(element, 'dialog', 'Rekey')
    expect(bff.count('POST', '/actions/frobnicate')).to.equal(0)
  })
})

/** Types with the keyboard into what has focus. */
async function type_(field: HTMLInputElement, value: string): Promise<void> {
  field.focus()
  for (const character of value) await key(character)
}

describe('a login that asks for another login', () => {
  it('opens no tab over the host’s question, and a button afterwards', async () => {
    bff.on('POST', '/actions/enter', () => ({
      body: {
        result: { show: [], open: 'https://panel.test/session', changed: [] },
        warnings: [],
      },
    }))
    const open = window.open
    let isClosed = false
    let opened = 0
    window.open = (...args) => {
      opened++
      const tab = open.apply(window, args)
      if (tab !== null) {
        const close = tab.close.bind(tab)
        tab.close = () => {
          isClosed = true
          close()
        }
      }
      return tab
    }
    try {
      host = () => {
        expect(opened === 0 || isClosed).to.equal(true)
        return 'stepped-up'
      }
      const element = await shown()
      await press(element, 'button', 'Enter')
      const dialog = await the(element, 'dialog', 'Enter')
      expect(nameOf(dialog)).to.equal('Enter')
      await the(element, 'button', 'Enter')
    } finally {
      window.open = open
    }
  })
})

describe('a page that answers by event', () => {
  it('is asked with what the BFF wants', async () => {
    const requests: TokenRequest[] = []
    const answer = (event: Event) => {
      const { request, respondWith } =
        event as import('../../../widgets/parts/events.ts').ProvisionTokenRequestEvent
      requests.push(request)
      respondWith.call(event, request.reason === 'step_up' ? 'stepped-up' : 'plain')
    }
    document.addEventListener('provision-token-request', answer)
    const element = await ready(
      await fixture<ProvisionActions>(
        html`<provision-actions bff="https://bff.test" service="1044"></provision-actions>`,
      ),
    )
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Frobnicate – running')
    document.removeEventListener('provision-token-request', answer)
    expect(requests.at(-1)).to.deep.equal({
      service: '1044',
      reason: 'step_up',
      acr_values: 'urn:pin',
      max_age: 300,
    })
  })
})

describe('a page with a token written into it', () => {
  it('says that it cannot ask', async () => {
    const element = await ready(
      await fixture<ProvisionActions>(
        html`<provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>`,
      ),
    )
    await press(element, 'button', 'Frobnicate')
    await until(element, 'this page cannot ask you')
    expect(all(element, 'button').map(nameOf)).not.to.include('Confirm and try again')
  })
})

describe('a host that asks on a page of its own', () => {
  const answers = new Map<string, () => Response>()
  async function withUrl(): Promise<ProvisionActions> {
    const around = window.fetch
    const url = new URL('/the-token', location.href).href
    window.fetch = async (input, init) => {
      if (String(input) !== url) return around(input, init)
      const { reason } = JSON.parse(String(init?.body))
      return (
        answers.get(reason)?.() ??
        new Response(JSON.stringify({ token: 'plain' }), {
          headers: { 'content-type': 'application/json' },
        })
      )
    }
    return ready(
      await fixture<ProvisionActions>(
        html`<provision-actions
          bff="https://bff.test"
          token-url="/the-token"
          service="1042"
        ></provision-actions>`,
      ),
    )
  }
  const toPage = () =>
    new Response(JSON.stringify({ step_up_url: '/confirm' }), {
      status: 401,
      headers: { 'content-type': 'application/json' },
    })
  afterEach(() => answers.clear())

  it('is led to by a link to that page, in a tab of its own', async () => {
    answers.set('step_up', toPage)
    const element = await withUrl()
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Confirm who you are on the page that opens')
    const link = element.shadowRoot?.querySelector<HTMLAnchorElement>('dialog a')
    expect([link?.href, link?.target, link?.rel, link === focused(element)]).to.deep.equal([
      new URL('/confirm', location.href).href,
      '_blank',
      'noopener',
      true,
    ])
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('is gone on from by a button, with nothing to fill in again', async () => {
    answers.set('step_up', toPage)
    const element = await withUrl()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await until(element, 'Confirm who you are on the page that opens')
    answers.set(
      'step_up',
      () =>
        new Response(JSON.stringify({ token: 'stepped-up' }), {
          headers: { 'content-type': 'application/json' },
        }),
    )
    await press(element, 'button', 'Go on')
    await until(element, 'running')
    expect(bff.sent('POST', '/actions/rekey').map(({ body }) => body)).to.deep.equal([
      { input: { pass: 'open-sesame-7' } },
    ])
  })

  it('whose session has ended offers to sign in again', async () => {
    answers.set('step_up', () => new Response('<h1>Sign in</h1>', { status: 401 }))
    const element = await withUrl()
    await press(element, 'button', 'Frobnicate')
    await the(element, 'button', 'Sign in again')
  })
})

describe('the same in Arabic', () => {
  it('says beforehand that the person will be asked', async () => {
    const element = await shown('ar')
    await press(element, 'button', 'Rekey')
    await until(element, 'سيُطلب منك تأكيد هويتك.')
  })
})

describe('leaving the page while the host asks', () => {
  it('forgets what was typed and sends nothing when it is answered after all', async () => {
    host = hostDialog
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'open-sesame-7')
    await key('Enter')
    await hostAsks()
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    hostBox<HTMLInputElement>('input').value = '2468'
    hostBox('button').click()
    await waitUntil(() => stepUps().length === 1 && document.querySelector('[data-host]') === null)
    await untilState(element, 'ready')
    await press(element, 'button', 'Frobnicate')
    await until(element, 'running')
    expect(bff.count('POST', '/actions/rekey')).to.equal(0)
    expect(seen(element)).not.to.include('open-sesame-7')
    expect(element.shadowRoot?.innerHTML ?? '').not.to.include('open-sesame-7')
  })
})
