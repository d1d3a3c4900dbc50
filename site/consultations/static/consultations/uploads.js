// Sends the chosen files one by one, each as a request of its own with progress and a token of its own, so
// that trying one again never doubles it. Files may be dropped on the form too. Without this the form sends
// them all at once.
;(function () {
  if (!window.crypto || !crypto.randomUUID || !window.FormData) return
  const WORDS = {
    waiting: 'Waiting',
    arrived: 'Sent',
    lost: 'It did not arrive. Check your connection, then try again.',
    signedOut: 'You were signed out. Sign in again in another tab, then come back and try again.',
    server: 'Something went wrong on our side. Try again in a minute.',
  }

  document.querySelectorAll('form[data-uploads]').forEach(function (form) {
    const input = form.querySelector('input[type=file]')
    const list = form.querySelector('[data-list]')
    const status = form.querySelector('[data-status]')
    const button = form.querySelector('button[type=submit]')
    const most = Number(form.dataset.mostMegabytes)
    let rows = []
    let busy = false

    function element(tag, text, className) {
      const made = document.createElement(tag)
      if (text) made.textContent = text
      if (className) made.className = className
      return made
    }

    function addRow(file) {
      const row = { file: file, token: crypto.randomUUID(), state: 'waiting', item: element('li') }
      row.name = element('span', file.name, 'fp-uploads__name')
      row.bar = element('progress')
      row.bar.max = 100
      row.bar.value = 0
      row.bar.setAttribute('aria-label', 'Sent of ' + file.name)
      row.words = element('span', WORDS.waiting, 'fp-uploads__words')
      row.again = element('button', 'Try again', 'nhsuk-button nhsuk-button--secondary nhsuk-button--small')
      row.again.type = 'button'
      row.again.hidden = true
      row.again.setAttribute('aria-label', 'Try again: ' + file.name)
      row.again.addEventListener('click', function () {
        row.state = 'waiting'
        row.again.hidden = true
        next()
      })
      row.item.append(row.name, row.bar, row.words, row.again)
      list.append(row.item)
      list.hidden = false
      rows.push(row)
    }

    function settle(row, state, words) {
      row.state = state
      row.words.textContent = words
      row.item.className = 'fp-uploads__row--' + state
      row.bar.hidden = state !== 'sent'
      row.again.hidden = state !== 'failed'
      if (state !== 'sent') status.textContent = row.file.name + ': ' + words
      next()
    }

    function answered(row, request) {
      let said = null
      try {
        said = JSON.parse(request.responseText)
      } catch (error) {
        said = null
      }
      if (request.status === 200 && said) return settle(row, 'sent', WORDS.arrived)
      if (request.status === 422 && said) return settle(row, 'refused', said.problems.join(' '))
      const signedOut = request.status === 200 || request.status === 403 || request.status === 404
      settle(row, 'failed', signedOut ? WORDS.signedOut : WORDS.server)
    }

    function send(row) {
      const data = new FormData()
      form.querySelectorAll('input[type=hidden]').forEach(function (hidden) {
        data.append(hidden.name, hidden.name === 'token' ? row.token : hidden.value)
      })
      data.append(input.name, row.file)
      if (rows.every(function (other) { return other === row || other.state === 'sent' })) data.append('last', '1')
      const request = new XMLHttpRequest()
      row.state = 'sending'
      row.item.className = ''
      row.bar.hidden = false
      request.upload.addEventListener('progress', function (event) {
        if (!event.lengthComputable) return
        row.bar.value = Math.round((100 * event.loaded) / event.total)
        row.words.textContent = row.bar.value < 100 ? row.bar.value + '%' : 'Being kept safe'
      })
      request.addEventListener('load', function () {
        answered(row, request)
      })
      request.addEventListener('error', function () {
        settle(row, 'failed', WORDS.lost)
      })
      request.open('POST', form.action)
      request.setRequestHeader('Accept', 'application/json')
      request.send(data)
    }

    function next() {
      if (rows.some(function (row) { return row.state === 'sending' })) return
      const row = rows.find(function (row) { return row.state === 'waiting' })
      busy = Boolean(row)
      button.disabled = busy
      if (row) return send(row)
      const sent = rows.filter(function (row) { return row.state === 'sent' }).length
      if (sent === rows.length) {
        window.location.assign(form.action.split('#')[0])
      } else {
        status.textContent = sent + ' of ' + rows.length + ' files sent. What did not work is above.'
      }
    }

    form.addEventListener('submit', function (event) {
      if (!input.files.length) return
      event.preventDefault()
      event.stopImmediatePropagation()
      document.querySelectorAll('.nhsuk-error-summary, form[data-uploads] .nhsuk-error-message').forEach(function (old) {
        old.remove()
      })
      rows = rows.filter(function (row) {
        if (row.state === 'refused') row.item.remove()
        return row.state !== 'refused'
      })
      Array.from(input.files).forEach(function (file) {
        addRow(file)
        if (file.size > most * 1048576) {
          settle(rows[rows.length - 1], 'refused', 'It is larger than ' + most + ' MB. Split it, or save it with smaller pictures.')
        }
      })
      input.value = ''
      status.textContent = ''
      next()
    })

    const area = form.querySelector('[data-drop]')
    area.classList.add('fp-uploads__drop')
    area.append(element('p', 'Or drop files here, then press Send.', 'nhsuk-hint fp-uploads__hint'))
    ;['dragenter', 'dragover'].forEach(function (name) {
      area.addEventListener(name, function (event) {
        event.preventDefault()
        area.classList.add('fp-uploads__drop--over')
      })
    })
    ;['dragleave', 'drop'].forEach(function (name) {
      area.addEventListener(name, function () {
        area.classList.remove('fp-uploads__drop--over')
      })
    })
    area.addEventListener('drop', function (event) {
      event.preventDefault()
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files
    })
    window.addEventListener('beforeunload', function (event) {
      if (busy) event.preventDefault()
    })
  })
})()
