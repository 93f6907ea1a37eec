// What makes the report handy: theme, filter, ladders drawn when a test is opened. Without it the page still reads.
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  const themes = ['auto', 'light', 'dark'];
  const theme = byId('theme');
  const remember = (value) => {
    try {
      if (value === undefined) return localStorage.getItem('theme');
      localStorage.setItem('theme', value);
    } catch {
      // A report opened from disk may have no storage; then the choice lasts as long as the page.
    }
    return null;
  };
  const paint = (name) => {
    if (name === 'auto') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', name);
    theme.textContent = `Theme: ${name}`;
  };
  let current = themes.includes(remember()) ? remember() : 'auto';
  paint(current);
  theme.hidden = false;
  theme.addEventListener('click', () => {
    current = themes[(themes.indexOf(current) + 1) % themes.length];
    remember(current);
    paint(current);
  });

  // The script elements are JSON made by the report; the markup in them is escaped already.
  const parked = new Map();
  for (const script of document.querySelectorAll('script[data-for]')) parked.set(script.dataset.for, script);
  const draw = (test) => {
    const place = test.querySelector('[data-ladder]');
    const script = place && parked.get(place.dataset.ladder);
    if (!script) return;
    place.innerHTML = JSON.parse(script.textContent);
    parked.delete(place.dataset.ladder);
    script.remove();
  };
  document.addEventListener(
    'toggle',
    (event) => {
      if (event.target.matches?.('.test[open]')) draw(event.target);
    },
    true,
  );

  const controls = byId('controls');
  const find = byId('find');
  const area = byId('area');
  const items = [...document.querySelectorAll('.item')];
  controls.hidden = false;
  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set([...controls.querySelectorAll('[name=verdict]:checked')].map((box) => box.value));
    const shown = { test: 0, requirement: 0 };
    const total = { test: 0, requirement: 0 };
    for (const item of items) {
      const { kind, text, verdict } = item.dataset;
      const fits =
        (area.value === '' || item.dataset.area === area.value) &&
        (verdicts.size === 0 || verdicts.has(verdict)) &&
        words.every((word) => text.includes(word));
      item.hidden = !fits;
      total[kind] += 1;
      if (fits) shown[kind] += 1;
    }
    byId('no-tests').hidden = shown.test > 0;
    byId('no-requirements').hidden = shown.requirement > 0;
    byId('shown').textContent =
      `${shown.test} of ${total.test} tests, ${shown.requirement} of ${total.requirement} requirements`;
  };
  controls.addEventListener('input', apply);
  controls.addEventListener('submit', (event) => event.preventDefault());
  for (const link of document.querySelectorAll('a[data-area]')) {
    link.addEventListener('click', () => {
      area.value = link.dataset.area;
      apply();
    });
  }
  apply();

  const measure = () => {
    const sticky = getComputedStyle(controls).position === 'sticky' ? controls.offsetHeight : 0;
    root.style.setProperty('--sticky', `${sticky}px`);
    root.style.scrollPaddingTop = `${sticky + 12}px`;
  };
  measure();
  addEventListener('resize', measure);

  const follow = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) {
      controls.reset();
      apply();
    }
    if (target.matches('details')) {
      target.open = true;
      draw(target);
    }
    target.scrollIntoView();
  };
  addEventListener('hashchange', follow);
  follow();
})();
