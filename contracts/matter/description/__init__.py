"""What `matter.yaml` and a regime's file may say, section by section and as a whole. What holds between sections: `checks`."""
