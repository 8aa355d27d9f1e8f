"""What a browser calls itself, in words of ours: enough to know one's own again."""

# The first that is found counts: most say the names of older ones, too.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi")),
    *(("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox")),
    *(("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome")),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android")),
    *(("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "a Mac")),
    ("Linux", "Linux"),
)
OTHER = "another browser"
# Characters of what is looked at.
_LONGEST = 400


def told_browser(user_agent: str) -> str:
    """Return such as "Firefox on Windows"; no letter of what was sent."""
    said = user_agent[:_LONGEST]
    browser = next((name for mark, name in _BROWSERS if mark in said), OTHER)
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return f"{browser} on {system}" if system else browser
