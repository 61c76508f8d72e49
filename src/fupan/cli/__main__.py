from fupan.cli import app

app()
