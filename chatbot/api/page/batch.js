// The page works without this: it shows progress without loading anew, and says at once that a file
// is too large.
'use strict';

const job = document.querySelector('[data-state]');
const file = document.querySelector('#file');

function time(seconds) {
  const [number, unit] = seconds < 60 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return `${number} ${unit}${number === 1 ? '' : 's'} left`;
}

async function watch() {
  const bar = document.querySelector('#bar');
  const told = document.querySelector('#told');
  let said = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    let state;
    try {
      const answer = await fetch(job.dataset.state, { cache: 'no-store' });
      state = answer.ok ? await answer.json() : { status: 'gone' };
    } catch {
      continue; // the connection will come back
    }
    if (!['waiting', 'running'].includes(state.status)) {
      location.reload();
      return;
    }
    if (!state.rows) continue;
    bar.max = state.rows;
    bar.value = state.done;
    // A screen reader reads each change: every five seconds is enough.
    if (Date.now() - said > 5000) {
      said = Date.now();
      const left = state.seconds_left === null ? '' : ` About ${time(state.seconds_left)}.`;
      told.textContent = `${state.done.toLocaleString('en-GB')} of ` +
        `${state.rows.toLocaleString('en-GB')} rows are answered.${left}`;
    }
  }
}

if (job) watch();

const download = document.querySelector('#download');
if (download) {
  download.addEventListener('click', () => setTimeout(() => {
    const told = document.createElement('p');
    told.setAttribute('role', 'status');
    told.textContent = 'It has been sent to your downloads, and is deleted here.';
    download.parentElement.replaceWith(told);
    document.querySelector('#kept').remove();
    document.querySelector('#delete').textContent = 'Answer another list';
  }, 1500));
}

if (file) {
  const check = () => {
    const large = file.files.length && file.files[0].size > Number(file.dataset.most);
    file.setCustomValidity(large ? 'This file is too large.' : '');
    if (large) file.reportValidity();
  };
  file.addEventListener('change', check);
  for (const name of ['dragenter', 'dragover']) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      file.classList.add('over');
    });
  }
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) file.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    file.classList.remove('over');
    if (event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      check();
      file.focus();
    }
  });
}
