// [data-shut-door]: looks every 15 seconds whether the door is still shut, and loads the page again when it is not.

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status < 500 && !(await answer.text()).includes("data-shut-door")) location.reload();
  } catch {
    // The next look may reach the server.
  }
}

setInterval(look, 15_000);
document.addEventListener("visibilitychange", look);
