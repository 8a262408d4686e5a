// What a page is told by its own address, and how a test has it send.
function told(name) {
  return new URLSearchParams(location.search).get(name);
}

function sends(verbs) {
  window.send = async (calls, milliseconds) => {
    for (const call of calls) {
      verbs[call.call](call);
      await new Promise((done) => setTimeout(done, milliseconds));
    }
  };
}
