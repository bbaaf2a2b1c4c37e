"""Data flows of the languages that share one walk over smaller tables: Go, Java, C#, Ruby, PHP, Rust and shell."""
