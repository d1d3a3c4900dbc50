// A passkey that was cancelled or refused: say so beside the button, rather than in the console alone.
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  document.querySelectorAll('[data-passkey-problem]').forEach(function (problem) {
    problem.hidden = false
  })
})
