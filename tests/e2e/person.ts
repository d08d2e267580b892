import puppeteer, { type Browser, type CDPSession, type KeyInput, type Page } from 'puppeteer-core'
import { BROWSER_ARGS, findBrowser } from '../browser.ts'
import { Stillness } from './stillness.ts'

/** What assistive technology is told of one thing on the page. */
export interface Node {
  readonly role: string
  readonly name: string
  readonly value: string
  readonly description: string
  readonly focused: boolean
  readonly disabled: boolean
  readonly expanded: boolean | undefined
  readonly invalid: boolean
  readonly backend: number
}

export type Name = string | RegExp
const PATIENCE = 30_000
const LOOK_EVERY = 50

const matches = (name: string, wanted: Name) =>
  typeof wanted === 'string' ? name === wanted : wanted.test(name)

export async function openBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: findBrowser(),
    args: [...BROWSER_ARGS],
    // The control panel a login leads to has the demo server's own certificate.
    acceptInsecureCerts: true,
  })
}

export interface PersonOptions {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  /** Address of a proxy everything goes through, also what is on this machine. */
  readonly proxy?: string
}

/**
 * Somebody at a browser: finds things by their role and name as the accessibility tree has them, and works them with
 * real mouse and keyboard events. Knows nothing of how a page is built.
 */
export class Person {
  readonly page: Page
  readonly #cdp: CDPSession
  readonly #stillness: Stillness
  /** Complaints of the page: exceptions, console errors, refusals by its policy. */
  readonly complaints: string[] = []

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page
    this.#cdp = cdp
    this.#stillness = new Stillness(page)
  }

  /** @param browser a context of its own is made, so that persons share no session */
  static async arrive(browser: Browser, options: PersonOptions = {}): Promise<Person> {
    const { proxy } = options
    const context = await browser.createBrowserContext(
      proxy === undefined ? {} : { proxyServer: proxy, proxyBypassList: ['<-loopback>'] },
    )
    const page = await context.newPage()
    await page.setViewport({ width: options.width ?? 1280, height: options.height ?? 1000 })
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: options.dark === true ? 'dark' : 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ])
    const person = new Person(page, await page.createCDPSession())
    page.on('pageerror', (error) => person.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') person.complaints.push(message.text())
    })
    return person
  }

  /** The same person's second tab: same cookies, same login. */
  async secondTab(): Promise<Person> {
    const page = await this.page.browserContext().newPage()
    await page.setViewport({ width: 1280, height: 1000 })
    return new Person(page, await page.createCDPSession())
  }

  /** The tab that has been opened at an address that ends so. */
  async tabAt(end: string): Promise<Person> {
    const target = await this.page
      .browserContext()
      .waitForTarget((candidate) => candidate.url().endsWith(end), { timeout: PATIENCE })
    const page = await target.page()
    if (page === null) throw new Error(`no tab at ${end}`)
    return new Person(page, await page.createCDPSession())
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: 'domcontentloaded' })
  }

  async leave(): Promise<void> {
    await this.page.browserContext().close()
  }

  /** Everything assistive technology is told, in reading order. */
  async look(): Promise<Node[]> {
    const { nodes } = await this.#cdp.send('Accessibility.getFullAXTree')
    return nodes
      .filter(({ ignored, backendDOMNodeId }) => !ignored && backendDOMNodeId !== undefined)
      .map((node) => {
        const property = (name: string) =>
          node.properties?.find((candidate) => candidate.name === name)?.value.value
        return {
          role: String(node.role?.value ?? ''),
          name: String(node.name?.value ?? '').trim(),
          value: String(node.value?.value ?? ''),
          description: String(node.description?.value ?? ''),
          focused: property('focused') === true,
          disabled: property('disabled') === true,
          expanded: property('expanded'),
          invalid: property('invalid') === 'true',
          backend: node.backendDOMNodeId ?? 0,
        }
      })
  }

  /**
   * Waits until what is seen satisfies; says what was there if it never does.
   *
   * @param first done before each look
   */
  async until<T>(
    what: string,
    look: (nodes: Node[]) => T | undefined,
    first: () => Promise<void> = async () => undefined,
  ): Promise<T> {
    const end = Date.now() + PATIENCE
    for (;;) {
      await first()
      const nodes = await this.look()
      const found = look(nodes)
      if (found !== undefined) return found
      if (Date.now() > end) throw new Error(`${what} was not seen.\n${describe(nodes)}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    }
  }

  /** Waits for something that can be worked. */
  find(role: string, name: Name): Promise<Node> {
    return this.until(`${role} "${name}"`, (nodes) =>
      nodes.find((node) => node.role === role && matches(node.name, name) && !node.disabled),
    )
  }

  async isThere(role: string, name: Name): Promise<boolean> {
    return (await this.look()).some((node) => node.role === role && matches(node.name, name))
  }

  /** Waits until a text stands on the page. */
  async reads(text: Name): Promise<string> {
    return this.until(`text "${text}"`, (nodes) => {
      const all = spoken(nodes)
      const found = typeof text === 'string' ? all.includes(text) : text.test(all)
      return found ? all : undefined
    })
  }

  async text(): Promise<string> {
    return spoken(await this.look())
  }

  /** Moves the mouse there and presses its button, as often as told. */
  async click(role: string, name: Name, times = 1): Promise<void> {
    const { x, y } = await this.#placeToClick(role, name)
    await this.page.mouse.move(x, y)
    await this.page.mouse.click(x, y, { count: times })
  }

  /** Waits until nothing is under way; says so if the page never rests. */
  async rests(): Promise<void> {
    if (!(await this.#stillness.comes(100, PATIENCE))) throw new Error('the page never rests')
  }

  /** A page that is still arriving moves things about, or draws them anew: then the eye follows. */
  async #placeToClick(role: string, name: Name): Promise<{ x: number; y: number }> {
    const end = Date.now() + PATIENCE
    for (;;) {
      await this.find(role, name)
      // What is still being fetched will move what stands below it; a page that never rests is worked as it is.
      await this.#stillness.comes(100, 2000)
      const node = await this.find(role, name)
      try {
        const first = await this.#placeOf(node)
        const second = await this.#placeOf(node)
        if (first.x === second.x && first.y === second.y) return first
      } catch (error) {
        if (Date.now() > end) throw error
      }
    }
  }

  /** Presses Tab until the focus is there. */
  async tabTo(role: string, name: Name): Promise<void> {
    await this.find(role, name)
    let first: number | undefined
    for (let presses = 0; presses < 300; presses++) {
      const focused = (await this.look()).find(
        (node) => node.focused && node.role !== 'RootWebArea',
      )
      if (focused !== undefined) {
        if (focused.role === role && matches(focused.name, name)) return
        if (presses > 200 && focused.backend === first) break
        first ??= focused.backend
      }
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`Tab never reached ${role} "${name}".\n${describe(await this.look())}`)
  }

  async press(key: KeyInput): Promise<void> {
    await this.page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  async screenshot(path: `${string}.png`, fullPage = true): Promise<void> {
    await this.page.screenshot({ path, fullPage })
  }

  async #placeOf(node: Node): Promise<{ x: number; y: number }> {
    await this.#cdp.send('DOM.scrollIntoViewIfNeeded', { backendNodeId: node.backend })
    const { quads } = await this.#cdp.send('DOM.getContentQuads', { backendNodeId: node.backend })
    const [quad] = quads
    if (quad === undefined) throw new Error(`${node.role} "${node.name}" takes no room on the page`)
    const at = (i: number) => quad[i] ?? 0
    return { x: (at(0) + at(2) + at(4) + at(6)) / 4, y: (at(1) + at(3) + at(5) + at(7)) / 4 }
  }
}

function spoken(nodes: readonly Node[]): string {
  return nodes
    .filter(({ role }) => role === 'StaticText')
    .map(({ name }) => name)
    .join(' ')
}

function describe(nodes: readonly Node[]): string {
  return nodes
    .filter(({ role, name }) => name !== '' && role !== 'InlineTextBox' && role !== 'StaticText')
    .map(
      ({ role, name, focused, disabled }) =>
        `${focused ? '→ ' : '  '}${role} "${name.slice(0, 100)}"${disabled ? ' (disabled)' : ''}`,
    )
    .join('\n')
}

/** The two ways to work a page: both must reach everything. */
export interface Hands {
  readonly name: 'mouse' | 'keyboard'
  /** Presses a button, follows a link, ticks a box. */
  press(role: string, name: Name): Promise<void>
  /** Replaces what stands in a field. */
  fill(name: Name, text: string): Promise<void>
  /** Chooses an option of a list by the beginning of its name. */
  choose(name: Name, option: string): Promise<void>
}

export function mouseOf(person: Person): Hands {
  return {
    name: 'mouse',
    press: (role, name) => person.click(role, name),
    async fill(name, text) {
      // What is typed goes where the focus is: on a page that still moves, a click may have missed.
      await person.until(
        `the focus in ${name}`,
        (nodes) =>
          nodes.some((node) => node.focused && node.role === 'textbox' && matches(node.name, name))
            ? true
            : undefined,
        () => person.click('textbox', name, 3),
      )
      await person.type(text)
    },
    async choose(name, option) {
      // A native list opens outside the page; with the focus on it, its letters choose.
      const box = await person.find('combobox', name)
      await person.click('combobox', name)
      await person.press('Escape')
      if (box.value !== option) await person.type(option)
    },
  }
}

export function keyboardOf(person: Person): Hands {
  return {
    name: 'keyboard',
    async press(role, name) {
      await person.tabTo(role, name)
      await person.press(
        role === 'link' || role === 'button' || role === 'menuitem' ? 'Enter' : 'Space',
      )
    },
    async fill(name, text) {
      await person.tabTo('textbox', name)
      await person.page.keyboard.down('Control')
      await person.press('KeyA')
      await person.page.keyboard.up('Control')
      await person.press('Delete')
      await person.type(text)
    },
    async choose(name, option) {
      await person.tabTo('combobox', name)
      await person.type(option)
    },
  }
}
