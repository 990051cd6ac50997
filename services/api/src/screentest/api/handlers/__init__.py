"""What the api does when it is asked to, or hears of something: one transaction each."""
