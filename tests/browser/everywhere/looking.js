// What is looked at on each page: by axe, which stands before this, and what axe does not ask.
window.lantern = (() => {
    // All rules that axe runs by itself (WCAG 2.1 A and AA, and its best practices), and the size of what is pressed.
    const WHOLE = {resultTypes: ['violations'], preload: false, rules: {'target-size': {enabled: true}}}
    const CONTRAST = {resultTypes: ['violations'], preload: false, runOnly: ['color-contrast']}
    const all = (selector, inside) => [...(inside || document).querySelectorAll(selector)]
    const seen = (one) => one.checkVisibility({visibilityProperty: true})
    const named = (one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 160)
    const axe = async (options, inside = document) => (await window.axe.run(inside, options)).violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id} (${rule.help}): ${node.html.slice(0, 200)} ${node.failureSummary}`))

    // The most that what is shown moves without anybody having done something; told while nothing was resized yet.
    const SHIFT = 0.05
    let shift = 0
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value
    }).observe({type: 'layout-shift', buffered: true})
    const jumps = () => shift > SHIFT ? [`jumps by ${shift}`] : []

    function fits() {
        const room = document.documentElement.clientWidth
        if (document.documentElement.scrollWidth <= room) return []
        // Also what only hangs out of its box, as words do that cannot be broken.
        const right = (one) => Math.max(one.getBoundingClientRect().right,
            getComputedStyle(one).overflowX === 'visible' ? one.getBoundingClientRect().left + one.scrollWidth : 0)
        // What sticks out the farthest, and nothing in it does.
        const out = all('body *').filter((one) => seen(one) && right(one) > room + 1)
            .filter((one) => !all('*', one).some((inner) => seen(inner) && right(inner) > room + 1))
            .sort((one, other) => right(other) - right(one))
        return [`scrolled sideways: ${out.slice(0, 2).map(named).join(' and ')}`]
    }

    function order() {
        const reached = all('a[href], button, input, select, textarea, summary, [tabindex]').filter((one) =>
            one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && seen(one))
        const skip = reached[0]
        if (!skip?.matches('a.skip')) return [`the focus begins at ${skip && named(skip)}`]
        return document.querySelector(skip.hash)?.matches('main, main *') ? [] : ['the skip link leads nowhere']
    }

    function headed() {
        const count = all('h1').filter(seen).length
        return count === 1 ? [] : [`${count} headings of the first order`]
    }

    // What does what a page is for: 44 pixels on a phone, whose finger is wider than a pointer.
    function large() {
        if (window.innerWidth > 400) return []
        return all('.btn-primary, .btn-danger, main .actions .btn, .part-actions .btn').filter(seen)
            .filter((one) => one.getBoundingClientRect().height < 43.9 || one.getBoundingClientRect().width < 43.9)
            .map((one) => `too small for a finger: ${named(one)}`)
    }

    // Whoever asks for less motion gets none.
    function still() {
        const moving = all('*').filter((one) => seen(one)
            && getComputedStyle(one).transitionDuration.split(', ').some((time) => parseFloat(time) > 0))
        return [...moving.map(named), ...document.getAnimations().map(String)].slice(0, 3)
            .map((one) => `moves: ${one}`)
    }

    // What is folded, unfolded as if somebody had opened all of it; how many of them are to be seen then.
    let folded = []
    function unfold() {
        folded = all('details:not([open])')
        folded.forEach((one) => { one.open = true })
        folded = folded.filter((one) => seen(one) || (one.open = false))
        return folded.length
    }
    const fold = () => folded.forEach((one) => { one.open = false })

    async function unfolded(look) {
        const found = unfold() ? await look() : []
        fold()
        return found.map((one) => `unfolded, ${one}`)
    }

    return {
        fits,
        unfold,
        fold,
        look: async (first) => [
            ...fits(), ...order(), ...headed(), ...large(), ...still(), ...await axe(WHOLE), ...(first ? jumps() : []),
            ...await unfolded(async () => [...fits(), ...large(), ...await axe(WHOLE, folded)])],
        enlarged: async () => [...fits(), ...large(), ...await unfolded(() => [...fits(), ...large()])],
        printed: async () => [...fits(), ...headed(), ...await axe(CONTRAST)],
        contrast: () => axe(CONTRAST),
    }
})()
