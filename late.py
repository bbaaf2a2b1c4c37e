# which regexes are compiled at import in empty scan, by (file,line)
